import { constants, createHash, verify, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseSignedAttributes } from '#shared/cms/signed-attributes.ts'
import { signAnswer } from '#shared/contract/keys.ts'
import { type KeyCompany, openCompany } from '#test/support/key-company.ts'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'
import { signBody } from '#test/support/key-requests.ts'

const CONTENT = createHash('sha256').update('Content-Type: text/plain\r\n\r\nHello\r\n').digest()

const PSS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
}

function entriesOf(company: KeyCompany) {
  return company.records.db
    .selectFrom('auditEntries')
    .selectAll()
    .where('action', '=', 'sign')
    .orderBy('sequence')
    .execute()
}

async function signed(client: KeyClient, keyId: string, body: unknown) {
  const answer = await client.post(`/keys/${keyId}/sign`, body)
  return signAnswer.parse(await answer.json())
}

test.each([
  ['ec-p256', 'ecdsa', 'sha-256'],
  ['ec-p384', 'ecdsa', 'sha-384'],
  ['rsa-2048', 'rsa-pkcs1', 'sha-256'],
  ['rsa-2048', 'rsa-pkcs1', 'sha-512'],
  ['rsa-2048', 'rsa-pss', 'sha-256'],
  ['ec-p521', 'ecdsa', 'sha-512'],
  ['ed25519', 'ed25519', 'sha-512'],
] as const)(
  '%s signs by %s with %s, and the certificate verifies it',
  async (key, scheme, hash) => {
    const company = await openCompany()
    const person = await company.hire('alice', { sign: key, encrypt: 'ec-p256' })
    const client = await company.signedIn(person)
    const value = createHash(hash.replace('-', '')).update('content').digest()
    const body = {
      ...signBody(),
      digest: { algorithm: hash, value: value.toString('base64url') },
      signature: scheme,
    }
    const answer = await signed(client, person.signKey.id, body)
    const certificate = new X509Certificate(answer.certificates[0]!)
    const { publicKey } = certificate
    expect(certificate.subjectAltName).toBe('email:alice@example.com')
    expect(certificate.verify(new X509Certificate(answer.certificates[1]!).publicKey)).toBe(true)
    const digest = scheme === 'ed25519' ? null : hash.replace('-', '')
    const how = scheme === 'rsa-pss' ? { key: publicKey, ...PSS } : publicKey
    expect(verify(digest, answer.signedAttributes, how, answer.signature)).toBe(true)
  },
)

test('the attributes are built by the service: its clock, this digest, this certificate', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const client = await company.signedIn(person)
  const answer = await signed(client, person.signKey.id, signBody(CONTENT))
  const attributes = parseSignedAttributes(answer.signedAttributes)
  expect(attributes.contentType).toBe('1.2.840.113549.1.7.1')
  expect(attributes.messageDigest).toEqual(new Uint8Array(CONTENT))
  expect(attributes.signingTime).toEqual(company.clock.read())
  expect(attributes.signingCertificates).toHaveLength(1)
})

test('the audit keeps what the user saw as a keyed hash, and no word of it', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const client = await company.signedIn(person)
  const first = await signed(client, person.signKey.id, signBody(CONTENT))
  await signed(client, person.signKey.id, signBody(CONTENT))
  await signed(client, person.signKey.id, {
    ...signBody(CONTENT),
    context: { subject: 'Another', to: ['bob@example.com'] },
  })
  const entries = await entriesOf(company)
  const results = entries.filter((entry) => entry.phase === 'result')
  expect(entries[0]).toMatchObject({
    phase: 'intent',
    operation: first.operation,
    keyId: person.signKey.id,
    digest: CONTENT.toString('base64url'),
  })
  expect(results.map((entry) => entry.outcome)).toEqual(['done', 'done', 'done'])
  expect(results[0]?.contextHash).toMatch(/^[\w-]{43}$/)
  expect(results[1]?.contextHash).toBe(results[0]?.contextHash)
  expect(results[2]?.contextHash).not.toBe(results[0]?.contextHash)
  expect(JSON.stringify(entries)).not.toMatch(/quarterly|bob@/)
})

test('a signature that the certificate refutes is not released', async () => {
  const company = await openCompany()
  const person = await company.hire('alice', { sign: 'rsa-2048', encrypt: 'ec-p256' })
  const client = await company.signedIn(person)
  company.hsm.fault = (signature) => signature.map((byte, at) => (at === 100 ? byte ^ 1 : byte))
  const answer = await client.post(`/keys/${person.signKey.id}/sign`, {
    ...signBody(CONTENT),
    signature: 'rsa-pkcs1',
  })
  expect(await problemOf(answer)).toMatchObject({ status: 500, code: 'internal' })
  expect((await entriesOf(company)).at(-1)).toMatchObject({
    phase: 'result',
    outcome: 'failed',
    code: 'token/broken',
  })
  expect(company.reported).toHaveLength(1)
})

test('a key signs by no scheme but its own, and Ed25519 with no other digest than its own', async () => {
  const company = await openCompany()
  const person = await company.hire('alice', { sign: 'ed25519', encrypt: 'x25519' })
  const client = await company.signedIn(person)
  const path = `/keys/${person.signKey.id}/sign`
  const foreign = await client.post(path, { ...signBody(CONTENT), signature: 'ecdsa' })
  expect((await problemOf(foreign)).code).toBe('key/wrong-purpose')
  const shorter = await client.post(path, { ...signBody(CONTENT), signature: 'ed25519' })
  expect((await problemOf(shorter)).code).toBe('request/malformed')
  expect(company.hsm.calls).toEqual([])
})

test('a digest of the wrong length is refused before the token is asked', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const client = await company.signedIn(person)
  const body = signBody(CONTENT)
  const answer = await client.post(`/keys/${person.signKey.id}/sign`, {
    ...body,
    digest: { ...body.digest, algorithm: 'sha-384' },
  })
  expect((await problemOf(answer)).code).toBe('request/malformed')
  expect(company.hsm.calls).toEqual([])
})
