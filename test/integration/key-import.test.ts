import { generateKeyPairSync, randomBytes, verify } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { systemClock } from '#api/clock.ts'
import type { Hsm } from '#api/hsm/port.ts'
import { createUser } from '#api/keys/lifecycle/users.ts'
import { closeRecords, openRecords, type Records } from '#api/keys/records.ts'
import { listChain } from '#api/storage/certificates.ts'
import { findKey } from '#api/storage/keys.ts'
import type { KeyRow } from '#api/storage/schema.ts'
import { hex, utf8 } from '#shared/bytes.ts'
import { parseBase64url } from '#shared/base64.ts'
import { wrapForToken } from '#shared/pkcs12/wrap.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import { commandLine } from '#test/support/command-line.ts'
import { CompanyCa } from '#test/support/company-ca.ts'
import { hasPkcs11Tool, listObjects } from '#test/support/pkcs11-tool.ts'
import { agreementEntry, oaepEntry, pkcs1Entry } from '#test/support/recipient-entries.ts'
import { createSoftToken, type SoftToken } from '#test/support/soft-token.ts'
import { newKey, startTestHsm, toPublicKey, unwrapFor } from '#test/support/test-hsm.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }) // openssl and keys of RSA on a busy machine

// Keys that users have in files go into the token, and never come out again.

const PASSWORD = 'the password of the file'
const hasTool = await hasPkcs11Tool()

let token: SoftToken
let hsm: Hsm
let ca: CompanyCa
let folder: string
let records: Records

beforeAll(async () => {
  token = await createSoftToken()
  hsm = await startTestHsm(token)
  ca = new CompanyCa()
  folder = mkdtempSync(join(tmpdir(), 'postern-import-'))
  records = await openRecords(join(folder, 'postern.db'), systemClock)
  const address = 'alice@example.com'
  await createUser(records, { username: 'alice', name: 'Alice', address, roles: [] })
  await commandLine(folder)(['anchor', 'add', ca.path('root.pem')])
})

afterAll(async () => {
  await closeRecords(records)
  await hsm.close()
  await token.remove()
  ca.remove()
  rmSync(folder, { recursive: true })
})

const KINDS = {
  rsa: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  ec: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  ed25519: ['-algorithm', 'ED25519'],
} as const

/** A file `name.p12` with a key and its certificate for these uses. */
function makeFile(
  name: string,
  kind: keyof typeof KINDS,
  usage: string,
  how: { days?: string; issuer?: string; export?: readonly string[] } = {},
): void {
  ca.run('genpkey', ...KINDS[kind], '-out', `${name}.key`)
  ca.run('pkey', '-in', `${name}.key`, '-pubout', '-out', `${name}.pub`)
  const extensions = [`keyUsage=critical,${usage}`, 'subjectAltName=email:alice@example.com']
  const { days = '365', issuer = 'issuing' } = how
  ca.certify(`${name}.pub`, `${name}.pem`, extensions, { days, issuer })
  const files = ['-inkey', `${name}.key`, '-in', `${name}.pem`, '-certfile', 'issuing.pem']
  const out = ['-passout', `pass:${PASSWORD}`, '-out', `${name}.p12`, ...(how.export ?? [])]
  ca.run('pkcs12', '-export', ...files, ...out)
}

async function importFile(name: string, ...options: string[]) {
  const postern = commandLine(folder, { hsm, secrets: [PASSWORD] })
  return postern(['key', 'import', ca.path(`${name}.p12`), '--user', 'alice', ...options, '--json'])
}

async function imported(name: string, ...options: string[]): Promise<KeyRow> {
  const { stdout, stderr } = await importFile(name, ...options)
  expect(stderr).toBe('')
  const { keys } = JSON.parse(stdout) as { keys: { key: string }[] }
  const key = await findKey(records.db, keys[0]!.key)
  return key!
}

async function publicKeyOf(key: KeyRow) {
  const [der] = await listChain(records.db, key.id)
  return toPublicKey(parseCertificate(der!).spki)
}

test.each([
  ['rsa', []],
  ['rsa', ['-legacy']],
  ['ec', []],
] as const)('a key of %s to decrypt serves after its import %j', async (kind, how) => {
  const name = `open-${kind}${how.length}`
  makeFile(name, kind, kind === 'rsa' ? 'keyEncipherment' : 'keyAgreement', { export: how })
  const key = await imported(name)
  expect(key).toMatchObject({ purpose: 'encrypt', status: 'disabled', origin: 'imported' })
  const publicKey = await publicKeyOf(key)
  const secret = new Uint8Array(randomBytes(32))
  const entry =
    kind === 'rsa'
      ? oaepEntry(publicKey, secret, 'sha-256')
      : agreementEntry(publicKey, secret, { scheme: 'dh-std-sha384', wrap: 'aes-256' })
  expect(await unwrapFor(hsm, key, entry, 32)).toEqual(secret)
})

test.each(['rsa', 'ec'] as const)('a key of %s to sign serves after its import', async (kind) => {
  makeFile(`sign-${kind}`, kind, 'digitalSignature')
  const key = await imported(`sign-${kind}`)
  expect(key).toMatchObject({ purpose: 'sign', status: 'disabled', origin: 'imported' })
  const scheme = kind === 'rsa' ? 'rsa-pkcs1' : 'ecdsa'
  const message = utf8('m')
  const signature = await hsm.sign({ key, scheme, digest: 'sha-384', message })
  expect(verify('sha384', message, await publicKeyOf(key), signature)).toBe(true)
})

test('a key whose certificate has expired, or is of a stranger, opens old mail as a retired one', async () => {
  makeFile('old', 'rsa', 'keyEncipherment', { days: '-1' })
  const key = await imported('old')
  expect(key).toMatchObject({ status: 'retired-disabled', origin: 'imported' })
  const secret = new Uint8Array(randomBytes(16))
  const entry = pkcs1Entry(await publicKeyOf(key), secret)
  expect(await unwrapFor(hsm, key, entry, 16)).toEqual(secret)
  makeFile('old-sign', 'rsa', 'digitalSignature', { days: '-1' })
  expect((await importFile('old-sign')).stderr).toContain('certificate/unfit')
})

test('a key for both uses is asked for one, does no raw RSA, and rejects like any other', async () => {
  makeFile('dual', 'rsa', 'digitalSignature,keyEncipherment')
  expect((await importFile('dual')).stderr).toContain('--purpose')
  const key = await imported('dual', '--purpose', 'encrypt')
  expect(key).toMatchObject({ status: 'retired-disabled', origin: 'dual-use' })
  const publicKey = await publicKeyOf(key)
  const secret = new Uint8Array(randomBytes(32))
  expect(await unwrapFor(hsm, key, pkcs1Entry(publicKey, secret), 32)).toEqual(secret)
  expect(await unwrapFor(hsm, key, oaepEntry(publicKey, secret, 'sha-1'), 32)).toEqual(secret)
  const other = oaepEntry(publicKey, secret, 'sha-256')
  await expect(unwrapFor(hsm, key, other, 32)).rejects.toMatchObject({ code: 'hsm/unsupported' })
  const bad = { ...pkcs1Entry(publicKey, secret), encryptedKey: new Uint8Array(256).fill(1) }
  const [one, again] = [await unwrapFor(hsm, key, bad, 32), await unwrapFor(hsm, key, bad, 32)]
  expect(one).toHaveLength(32)
  expect(again).toEqual(one)
  const short = pkcs1Entry(publicKey, new Uint8Array(5))
  expect(await unwrapFor(hsm, key, short, 32)).toHaveLength(32)
  const asMade = { id: key.id, purpose: key.purpose, algorithm: key.algorithm }
  const refused = unwrapFor(hsm, asMade, bad, 32)
  await expect(refused).rejects.toMatchObject({ code: 'token/broken' })
})

test.runIf(hasTool)(
  'an imported key cannot be read, changed or copied, and says where it is from',
  async () => {
    makeFile('seen', 'rsa', 'keyEncipherment')
    const key = await imported('seen')
    const id = hex(parseBase64url(key.id))
    const pair = (await listObjects(token)).filter((object) => object.id === id)
    expect(pair).toContainEqual({
      kind: 'Private Key',
      label: 'postern/imported/encrypt/rsa-2048',
      id,
      usage: ['decrypt'],
      access: ['sensitive'],
      mechanisms: ['RSA-X-509'],
    })
    expect(pair.map(({ kind }) => kind).toSorted()).toEqual(['Private Key', 'Public Key'])
    const fresh = await startTestHsm(token) // compares every key with its template again
    expect(fresh.status().changedKeys).toEqual([])
    expect((await fresh.publicKey({ key })).spki).toEqual((await hsm.publicKey({ key })).spki)
    await fresh.close()
  },
)

test('the same key is not taken in twice', async () => {
  makeFile('twice', 'ec', 'keyAgreement')
  const key = await imported('twice')
  expect((await importFile('twice')).stderr).toContain(key.id)
})

test('Ed25519, which SoftHSM does not take in, is told as unsupported, and leaves nothing', async () => {
  makeFile('ed', 'ed25519', 'digitalSignature')
  expect((await importFile('ed')).stderr).toContain('hsm/unsupported')
  const failed = await records.db
    .selectFrom('auditEntries')
    .select(['outcome', 'code'])
    .where('action', '=', 'key-imported')
    .where('outcome', '=', 'failed')
    .execute()
  expect(failed).toEqual([{ outcome: 'failed', code: 'hsm/unsupported' }])
})

test('what was wrapped for another token, or is another key, is refused, and the worker goes on', async () => {
  const { spki: importKey } = await hsm.importKey()
  expect((await hsm.importKey()).spki).toEqual(importKey)
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pkcs8 = () => new Uint8Array(pair.privateKey.export({ format: 'der', type: 'pkcs8' }))
  const spki = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' }))
  const key = { ...newKey('encrypt', 'rsa-2048'), origin: 'imported' } as const
  const good = await wrapForToken(importKey, pkcs8())
  const stranger = generateKeyPairSync('rsa', { modulusLength: 3072 }).publicKey
  const elsewhere = new Uint8Array(stranger.export({ format: 'der', type: 'spki' }))
  const another = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
  const { pid } = hsm.status()
  for (const request of [
    { ...(await wrapForToken(elsewhere, pkcs8())), spki },
    { ...good, wrappedKey: good.wrappedKey.with(9, good.wrappedKey[9]! ^ 1), spki },
    { ...good, spki: new Uint8Array(another.export({ format: 'der', type: 'spki' })) },
    { ...good, spki: elsewhere },
  ]) {
    const refused = hsm.importPrivateKey({ key, ...request })
    await expect(refused).rejects.toMatchObject({ code: 'request/malformed' })
    await expect(hsm.publicKey({ key })).rejects.toMatchObject({ code: 'token/broken' })
  }
  await hsm.importPrivateKey({ key, ...good, spki })
  await hsm.importPrivateKey({ key, ...good, spki })
  expect((await hsm.publicKey({ key })).spki).toEqual(spki)
  expect(hsm.status().pid).toBe(pid)
})
