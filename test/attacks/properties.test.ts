import fc from 'fast-check'
import { afterAll, describe, expect, inject, it } from 'vitest'
import type { Bytes } from '#shared/bytes.ts'
import { isPosternError } from '#shared/errors.ts'
import type { Draft } from '#shared/smime/draft.ts'
import { open } from '#shared/smime/open.ts'
import type { OpenedMessage } from '#shared/smime/opened-message.ts'
import { type Protection, seal } from '#shared/smime/seal.ts'
import { anyDraft } from '#test/support/any-draft.ts'
import { anyChanges, changed } from '#test/support/changes.ts'
import { draftFrom } from '#test/support/drafts.ts'
import { MOST_EFFORT, withEffort } from '#test/support/effort.ts'
import { CORRESPONDENTS, type Identity, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, readerOf, savedFiles } from '#test/support/reading.ts'
import { softwareSigner } from '#test/support/software-keys.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** How often each property is tried: 1,000 in `npm test`, 20,000 in `npm run test:long`. */
    readonly cases: number
  }
}
const CASES = inject('cases')
const SLOWEST_CASE = 100 // milliseconds on average, on a busy machine

const DAVES: readonly Identity[] = [
  { name: 'dave', address: 'dave@example.com', kind: 'ec-p521', keyUsage: 'keyAgreement' },
  { name: 'dave-x25519', address: 'dave@example.com', kind: 'x25519', keyUsage: 'keyAgreement' },
]
const READERS = ['alice', 'bob', 'carol', 'dave', 'dave-x25519']

const pki = new OpensslPki([...CORRESPONDENTS, ...DAVES])
afterAll(() => pki.remove())

const anyEncryption = fc.record({
  names: fc.uniqueArray(fc.constantFrom(...READERS), { minLength: 1 }),
  content: fc.constantFrom(
    'aes-128-cbc',
    'aes-192-cbc',
    'aes-256-cbc',
    'aes-128-gcm',
    'aes-192-gcm',
    'aes-256-gcm',
  ),
  oaep: fc.boolean(),
})

/** Any draft of any sender under any protection. */
const anySealing = fc.constantFrom('alice', 'bob', 'carol').chain((who) =>
  fc.record({
    who: fc.constant(who),
    draft: anyDraft(`${who}@example.com`),
    digest: fc.constantFrom('sha-256', 'sha-384', 'sha-512'),
    signed: fc.boolean(),
    form: fc.constantFrom('detached', 'opaque'),
    encryption: fc.option(anyEncryption),
  }),
)

/** What a reader must get to see of the draft. */
function meant(draft: Draft, isProtected: boolean): Pick<OpenedMessage, 'headers' | 'body'> {
  const { from, to, cc, subject, date, messageId, inReplyTo, text, html } = draft
  return {
    headers: {
      from: [from],
      to,
      cc,
      bcc: [],
      replyTo: [],
      subject,
      date: date.toISOString(),
      messageId,
      inReplyTo: inReplyTo ?? null,
      subjectProtected: isProtected,
    },
    body: [
      html === undefined
        ? { kind: 'text', text: `${text}\n` }
        : { kind: 'html', html: `${html}\n` },
    ],
  }
}

describe('seal and open', { timeout: CASES * SLOWEST_CASE }, () => {
  it('give back any draft, under any protection, to each of its readers', async () => {
    await fc.assert(
      fc.asyncProperty(anySealing, fc.nat(), async (sealing, which) => {
        const { who, draft, digest, signed, form, encryption } = sealing
        const signer = softwareSigner(pki.key(`${who}-sign`), digest, draft.date, [pki.ca])
        const to = encryption?.names.map((name) => pki.key(name).certificate) ?? []
        const how: Protection = {
          sign: signed ? signer : null,
          form,
          encrypt: encryption && { ...encryption, to },
        }
        const reader = encryption?.names[which % encryption.names.length]
        const keys = reader === undefined ? [] : [pki.key(reader)]
        const message = await openAs(await seal(draft, how), keys, [pki.ca])
        expect(message).toMatchObject(meant(draft, signed || encryption !== null))
        const files = await savedFiles(message)
        expect(files.map(({ size }) => size)).toEqual(files.map(({ bytes }) => bytes.length))
        expect(files.map(({ name, mediaType, bytes }) => ({ name, mediaType, bytes }))).toEqual(
          draft.attachments,
        )
        expect(message.signature.kind).toBe(signed ? 'valid' : 'none')
        expect(message.encryption).toMatchObject(
          encryption === null
            ? { kind: 'none' }
            : { kind: 'decrypted', contentAlgorithm: encryption.content, keyId: reader },
        )
      }),
      { numRuns: CASES },
    )
  })
})

const SIGNER = softwareSigner(pki.key('bob-sign'), 'sha-256', new Date(), [pki.ca])
const TO = [pki.key('bob').certificate]
const HONEST: readonly Protection[] = [
  { sign: SIGNER, form: 'detached', encrypt: null },
  { sign: SIGNER, form: 'opaque', encrypt: null },
  { sign: SIGNER, form: 'opaque', encrypt: { to: TO, content: 'aes-128-cbc' } },
  { sign: SIGNER, form: 'detached', encrypt: { to: TO, content: 'aes-256-gcm' } },
]
const MESSAGES: readonly Bytes[] = await Promise.all(
  HONEST.map((how) =>
    seal(
      draftFrom('bob@example.com', {
        attachments: [{ name: 'a.bin', mediaType: 'application/x-a', bytes: new Uint8Array(50) }],
      }),
      how,
    ),
  ),
)

/** A refusal of ours, as null; anything else comes through. */
function onlyTyped(error: unknown): null {
  if (!isPosternError(error)) throw error
  return null
}

describe('a message that was changed at random', { timeout: CASES * SLOWEST_CASE }, () => {
  it('gives a verdict or a typed refusal, quickly, and shows nothing where it is damaged', async () => {
    const reader = readerOf([pki.key('bob')], [pki.ca])
    let verdicts = 0
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...MESSAGES), anyChanges, async (bytes, changes) => {
        const { result, effort } = await withEffort(() =>
          open(changed(bytes, changes), reader).catch(onlyTyped),
        )
        expect(effort).toBeLessThan(MOST_EFFORT)
        if (result === null) return
        verdicts++
        if (result.encryption.kind === 'damaged') expect(result.body).toEqual([])
      }),
      { numRuns: CASES },
    )
    expect(verdicts).toBeGreaterThan(0.95 * CASES)
  })
})
