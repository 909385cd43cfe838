import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { Bytes } from '#shared/bytes.ts'
import { isPosternError } from '#shared/errors.ts'
import { open } from '#shared/smime/open.ts'
import { seal } from '#shared/smime/seal.ts'
import { draftFrom, textDraft } from '#test/support/drafts.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, readerOf, textOf } from '#test/support/reading.ts'
import { softwareSigner } from '#test/support/software-keys.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const signer = softwareSigner(pki.key('bob-sign'), 'sha-256', new Date(), [pki.ca])
const to = [pki.key('bob').certificate]
const SLOWEST_OPENING = 1000 // milliseconds; the bar for a hostile message

const draft = draftFrom('bob@example.com', {
  attachments: [{ name: 'a.bin', mediaType: 'application/x-a', bytes: new Uint8Array(50) }],
})
const MESSAGES: [string, Bytes][] = [
  ['detached', await seal(draft, { sign: signer, form: 'detached', encrypt: null })],
  ['opaque', await seal(draft, { sign: signer, form: 'opaque', encrypt: null })],
  [
    'cbc',
    await seal(draft, { sign: signer, form: 'opaque', encrypt: { to, content: 'aes-128-cbc' } }),
  ],
  [
    'gcm',
    await seal(draft, { sign: signer, form: 'detached', encrypt: { to, content: 'aes-256-gcm' } }),
  ],
]

type Change = { kind: string; at: number; value: number; length: number }

/** A few changes to a message: octets replaced, a stretch cut out, a stretch repeated. */
const changes = fc.array(
  fc.record({
    kind: fc.constantFrom('set', 'cut', 'repeat'),
    at: fc.nat(),
    value: fc.nat(255),
    length: fc.nat(40),
  }),
  { minLength: 1, maxLength: 4 },
)

function changed(bytes: Bytes, list: readonly Change[]): Bytes {
  let result = Array.from(bytes)
  for (const { kind, at, value, length } of list) {
    const index = at % result.length
    if (kind === 'set') result[index] = value
    else if (kind === 'cut') result.splice(index, length)
    else result = result.toSpliced(index, 0, ...result.slice(index, index + length))
  }
  return Uint8Array.from(result)
}

describe('a message that was changed at random', () => {
  it.each(MESSAGES)('gives a verdict or a typed refusal, quickly: %s', async (_name, bytes) => {
    const reader = readerOf([pki.key('bob')], [pki.ca])
    let verdicts = 0
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        const start = performance.now()
        try {
          const { encryption, body } = await open(changed(bytes, list), reader)
          verdicts++
          if (encryption.kind === 'damaged') expect(body).toEqual([])
        } catch (error) {
          expect(isPosternError(error)).toBe(true)
        }
        expect(performance.now() - start).toBeLessThan(SLOWEST_OPENING)
      }),
      { numRuns: 250 },
    )
    expect(verdicts).toBeGreaterThan(240)
  })
})

describe('seal and open', () => {
  it('give back any text and subject, under any protection', async () => {
    const line = fc
      .string({ unit: 'grapheme', maxLength: 80 })
      .filter((text) => /^[^\p{C}\p{Z}]*$/u.test(text))
    const protection = fc.record({
      form: fc.constantFrom('detached' as const, 'opaque' as const),
      sign: fc.constantFrom(null, signer),
      encrypt: fc.constantFrom(
        null,
        { to, content: 'aes-128-cbc' } as const,
        { to, content: 'aes-256-gcm' } as const,
      ),
    })
    await fc.assert(
      fc.asyncProperty(line, fc.array(line), protection, async (subject, lines, how) => {
        const text = lines.join('\n')
        const plain = textDraft('bob@example.com', { subject, text })
        const message = await openAs(await seal(plain, how), [pki.key('bob')], [pki.ca])
        expect(message.headers.subject).toBe(subject)
        expect(textOf(message)).toBe(text.trim())
        expect(message.signature.kind).toBe(how.sign === null ? 'none' : 'valid')
        expect(message.encryption.kind).toBe(how.encrypt === null ? 'none' : 'decrypted')
      }),
      { numRuns: 150 },
    )
  })
})
