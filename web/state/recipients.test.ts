import { beforeAll, expect, test, vi } from 'vitest'
import { base64url } from '#shared/base64.ts'
import type { Bytes } from '#shared/bytes.ts'
import { CA, certify, type Member, type MemberFields } from '#test/support/authority.ts'
import { chooseRecipient } from '../engine/choose-recipient.ts'
import type { ChooseParams } from '../engine/protocol.ts'
import { recipients } from './recipients.svelte.ts'

// The worker is not there in Node: what it does is done here, in its place.
vi.mock('../engine/engine.ts', () => ({
  Engine: class {
    run(task: { readonly params: ChooseParams }): Promise<Bytes | null> {
      return chooseRecipient(task.params)
    }
  },
}))

const days = (count: number) => new Date(Date.now() + count * 86_400_000)
const patience = { signal: new AbortController().signal }

let root: Member
let between: Member
let expired: Member
let valid: Member
let newer: Member
let signing: Member

beforeAll(async () => {
  root = await certify({ name: 'root', extensions: CA, notBefore: days(-900), notAfter: days(900) })
  between = await certify({ name: 'between', issuer: root, extensions: CA })
  const bob = (fields: Partial<MemberFields>) =>
    certify({
      name: 'bob',
      issuer: between,
      extensions: { keyUsage: ['keyAgreement'] },
      ...fields,
    })
  expired = await bob({ notBefore: days(-40), notAfter: days(-1) })
  valid = await bob({ notBefore: days(-30), notAfter: days(30) })
  newer = await bob({ notBefore: days(-20), notAfter: days(20) })
  signing = await bob({ notBefore: days(-2), extensions: { keyUsage: ['digitalSignature'] } })
})

/** Which of these certificates Bob is written to with, where the directory has them in this order. */
async function asked(...found: readonly Member[]): Promise<Member | null> {
  const chain = (member: Member) => [member, between].map(({ certificate }) => certificate.der)
  const certificates = found.map((member) => ({ chain: chain(member).map(base64url) }))
  const answers: Readonly<Partial<Record<string, unknown>>> = {
    '/api/v1/keys': { keys: [] },
    '/api/v1/trust': { anchors: [base64url(root.certificate.der)] },
    '/api/v1/directory/certificates?address=bob%40example.com': { certificates },
  }
  vi.stubGlobal('fetch', (path: string) => Promise.resolve(Response.json(answers[path])))
  const der = await recipients.ask('Bob@example.com', patience)
  vi.unstubAllGlobals()
  return (
    found.find(
      ({ certificate }) => base64url(certificate.der) === base64url(der ?? new Uint8Array()),
    ) ?? null
  )
}

test('Of several certificates the newest is written to that is in force and meant for it', async () => {
  expect(await asked(expired, signing, valid, newer)).toBe(newer)
  expect(await asked(newer, valid, signing, expired)).toBe(newer)
  expect(await asked(signing, valid, expired)).toBe(valid)
})

test('Somebody whose certificates are all past, or only to sign with, cannot be written to in secret', async () => {
  expect(await asked(expired, signing)).toBeNull()
  expect(recipients.find('bob@example.com')).toEqual({ kind: 'no-certificate' })
  expect(await asked(valid)).toBe(valid)
  expect(recipients.find('BOB@example.com')).toMatchObject({ kind: 'known' })
  expect(await asked()).toBeNull()
})

test('A certificate of an authority that the company does not trust is not written to', async () => {
  const stranger = await certify({ name: 'stranger', extensions: CA })
  const forged = await certify({
    name: 'bob',
    issuer: stranger,
    extensions: { keyUsage: ['keyAgreement'] },
  })
  expect(await asked(forged)).toBeNull()
  expect(await asked(forged, valid)).toBe(valid)
})
