import { createHash, randomBytes, verify, X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Hsm } from '#api/hsm/port.ts'
import { verifyAudit } from '#api/keys/audit/verify.ts'
import { childrenOf, readWhole } from '#shared/asn1/reader.ts'
import { SEQUENCE } from '#shared/asn1/tags.ts'
import { sequence, setOf } from '#shared/asn1/writer.ts'
import { base64, base64url } from '#shared/base64.ts'
import { type Bytes, hex } from '#shared/bytes.ts'
import { encryptContentKey, type RsaTransport } from '#shared/cms/encrypt-content-key.ts'
import { readRecipientInfos } from '#shared/cms/recipient-info.ts'
import { toWireRecipient } from '#shared/cms/wire-recipient.ts'
import { keysAnswer, signAnswer, unwrapAnswer, type Recipient } from '#shared/contract/keys.ts'
import { sealingContext } from '#shared/contract/sealing.ts'
import { sessionSchema } from '#shared/contract/session.ts'
import { createSessionKey, type SessionKey } from '#shared/hpke.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import { type KeyCompany, openCompanyWith, type Person } from '#test/support/key-company.ts'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'
import { signBody } from '#test/support/key-requests.ts'
import { createSoftToken, type SoftToken } from '#test/support/soft-token.ts'
import { startTestHsm } from '#test/support/test-hsm.ts'

const folder = mkdtempSync(join(tmpdir(), 'postern-keys-'))
let token: SoftToken
let company: KeyCompany<Hsm>
let alice: Person
let bob: Person

beforeAll(async () => {
  token = await createSoftToken()
  company = await openCompanyWith(await startTestHsm(token), join(folder, 'postern.db'))
  alice = await company.hire('alice', { sign: 'rsa-2048', encrypt: 'rsa-2048' })
  bob = await company.hire('bob', { sign: 'ec-p256', encrypt: 'ec-p256' })
}, 60_000)

afterAll(async () => {
  await company.hsm.close()
  await company.records.db.destroy()
  await token.remove()
  rmSync(folder, { recursive: true })
})

/** Asks for an entry to be opened, as a browser session with this HPKE key does. */
async function unwrap(
  client: KeyClient,
  keyId: string,
  recipient: Recipient,
  session: SessionKey,
): Promise<{ status: number; open: () => Promise<Bytes> }> {
  const answer = await client.post(`/keys/${keyId}/unwrap`, {
    recipient: toWire(recipient),
    content: { algorithm: 'aes-256-gcm' },
    message: { digest: base64url(randomBytes(32)) },
    sealTo: base64url(session.publicKey),
  })
  const { operation, enc, sealed } = unwrapAnswer.parse(await answer.json())
  const { id } = sessionSchema.parse(await (await client.get('/session')).json())
  const entryDigest = createHash('sha256').update(recipient.encryptedKey).digest()
  const context = sealingContext({ session: id, key: keyId, entryDigest, operation })
  return { status: answer.status, open: () => session.open({ enc, sealed, context }) }
}

function toWire(recipient: Recipient) {
  return Object.fromEntries(
    Object.entries(recipient).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? base64url(value) : value,
    ]),
  )
}

/** The content key as a sender writes it to the user's certificate. */
async function entryFor(
  client: KeyClient,
  keyId: string,
  contentKey: Bytes,
  transport: RsaTransport,
): Promise<Recipient> {
  const { keys } = keysAnswer.parse(await (await client.get('/keys')).json())
  const certificate = parseCertificate(keys.find(({ id }) => id === keyId)!.chain[0]!)
  const entry = await encryptContentKey(certificate, contentKey, transport)
  const infos = readRecipientInfos(childrenOf(readWhole(sequence(setOf(entry)), 'der', SEQUENCE)))
  return toWireRecipient(infos[0]!, certificate)
}

test.each<RsaTransport>(['rsa-pkcs1', 'rsa-oaep-sha1', 'rsa-oaep-sha256'])(
  'what a sender encrypted by %s is opened by the token and reaches only this session',
  async (transport) => {
    const client = await company.signedIn(alice)
    const contentKey = new Uint8Array(randomBytes(32))
    const entry = await entryFor(client, alice.encryptKey.id, contentKey, transport)
    const session = await createSessionKey()
    const answer = await unwrap(client, alice.encryptKey.id, entry, session)
    expect(await answer.open()).toEqual(contentKey)
  },
)

test('the same by key agreement on P-256', async () => {
  const client = await company.signedIn(bob)
  const contentKey = new Uint8Array(randomBytes(32))
  const entry = await entryFor(client, bob.encryptKey.id, contentKey, 'rsa-pkcs1')
  expect(entry.kind).toBe('kari')
  const session = await createSessionKey()
  const answer = await unwrap(client, bob.encryptKey.id, entry, session)
  expect(await answer.open()).toEqual(contentKey)
})

test('an entry with a wrong padding is answered like a right one, twice with the same key', async () => {
  const client = await company.signedIn(alice)
  const right = await entryFor(
    client,
    alice.encryptKey.id,
    new Uint8Array(randomBytes(32)),
    'rsa-pkcs1',
  )
  const wrong = { ...right, encryptedKey: right.encryptedKey.map((byte, at) => byte ^ +(at === 9)) }
  const session = await createSessionKey()
  const first = await unwrap(client, alice.encryptKey.id, wrong, session)
  const second = await unwrap(client, alice.encryptKey.id, wrong, session)
  expect([first.status, second.status]).toEqual([200, 200])
  const substitute = await first.open()
  expect(substitute).toHaveLength(32)
  expect(await second.open()).toEqual(substitute)
})

test.each([
  ['RSA', 'rsa-pkcs1', () => alice],
  ['EC', 'ecdsa', () => bob],
] as const)(
  'a signature by a %s key in the token holds for node:crypto',
  async (_kind, by, who) => {
    const client = await company.signedIn(who())
    const digest = createHash('sha256').update('content').digest()
    const body = { ...signBody(digest), signature: by }
    const answer = await client.post(`/keys/${who().signKey.id}/sign`, body)
    const { signedAttributes, signature, certificates } = signAnswer.parse(await answer.json())
    const [own, anchor] = certificates.map((der) => new X509Certificate(der))
    expect(verify('sha256', signedAttributes, own!.publicKey, signature)).toBe(true)
    expect(Buffer.from(signedAttributes).includes(digest)).toBe(true)
    expect(own!.verify(anchor!.publicKey)).toBe(true)
    expect(anchor!.ca).toBe(true)
  },
)

test('after a full run with failures, no secret is in the database or in what was reported', async () => {
  const client = await company.signedIn(alice)
  const contentKey = new Uint8Array(randomBytes(32))
  const entry = await entryFor(client, alice.encryptKey.id, contentKey, 'rsa-pkcs1')
  await unwrap(client, alice.encryptKey.id, entry, await createSessionKey())
  const rsa = { ...signBody(), signature: 'rsa-pkcs1' }
  expect((await client.post(`/keys/${alice.signKey.id}/sign`, rsa)).status).toBe(200)
  const stranger = company.client()
  await stranger.post('/session/password', { username: 'alice', password: 'canary-wrong-password' })
  await stranger.post('/session/password', { username: 'alice', password: alice.password })
  await stranger.post('/session/factor', { kind: 'totp', code: '918273' })
  const short = { ...entry, encryptedKey: new Uint8Array(randomBytes(255)) }
  const refused = await client.post(`/keys/${alice.encryptKey.id}/unwrap`, {
    recipient: toWire(short),
    content: { algorithm: 'aes-256-gcm' },
    message: { digest: base64url(randomBytes(32)) },
    sealTo: base64url((await createSessionKey()).publicKey),
  })
  expect((await problemOf(refused)).code).toBe('request/malformed')

  const written = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'))
  const all = [...written, inspect(company.reported, { depth: 10 })].join('\n')
  expect(all).toContain(alice.user.id) // the search finds what is there
  const cookie = client.cookie!.split('=')[1]!
  const canaries = [token.pin, token.soPin, alice.password, alice.seed, bob.seed, cookie]
  const more = ['canary-wrong-password', '918273', rsa.context.subject]
  const keyForms = [base64(contentKey), base64url(contentKey), hex(contentKey)]
  for (const canary of [...canaries, ...more, ...keyForms, latin1(contentKey)]) {
    expect([canary, all.includes(canary)]).toEqual([canary, false])
  }
  expect(await verifyAudit(company.records.db)).toMatchObject({
    kind: 'intact',
    unknownOutcomes: 0,
  })
})

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
