import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { systemClock } from '#api/clock.ts'
import type { Hsm } from '#api/hsm/port.ts'
import { createUser } from '#api/keys/lifecycle/users.ts'
import { verifyAudit } from '#api/keys/audit/verify.ts'
import { closeRecords, openRecords, type Records } from '#api/keys/records.ts'
import { listChain, listPastCertificates } from '#api/storage/certificates.ts'
import { findKey, listEncryptionKeys } from '#api/storage/keys.ts'
import type { KeyAlgorithm, KeyPurpose } from '#shared/contract/keys.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import { commandLine } from '#test/support/command-line.ts'
import { CompanyCa } from '#test/support/company-ca.ts'
import { createSoftToken, type SoftToken } from '#test/support/soft-token.ts'
import { startTestHsm } from '#test/support/test-hsm.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }) // openssl and keys of RSA on a busy machine

// Certificates of a company's own authority: asked for here, issued by openssl, installed here.

let token: SoftToken
let hsm: Hsm
let ca: CompanyCa
let folder: string
let records: Records
let postern: ReturnType<typeof commandLine>

beforeAll(async () => {
  token = await createSoftToken()
  hsm = await startTestHsm(token)
  ca = new CompanyCa()
  folder = mkdtempSync(join(tmpdir(), 'postern-certificates-'))
  records = await openRecords(join(folder, 'postern.db'), systemClock)
  const address = 'alice@example.com'
  await createUser(records, { username: 'alice', name: 'Alice', address, roles: [] })
  postern = commandLine(folder, { hsm })
  await succeed('anchor', 'add', ca.path('root.pem'))
})

afterAll(async () => {
  await closeRecords(records)
  await hsm.close()
  await token.remove()
  ca.remove()
  rmSync(folder, { recursive: true })
})

async function succeed(...words: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await postern(words)
  expect([stderr, exitCode]).toEqual(['', 0])
  return stdout
}

/** A key that waits for its certificate; the request lies in `file`. */
async function ask(purpose: KeyPurpose, algorithm: KeyAlgorithm, file: string): Promise<string> {
  const kind = ['--purpose', purpose, '--algorithm', algorithm, '--organization', 'Example']
  const to = ['--request', ca.path(file), '--json']
  const made = JSON.parse(await succeed('key', 'create', 'alice', ...kind, ...to)) as {
    key: string
  }
  return made.key
}

const refuse = async (key: string, file: string) =>
  (await postern(['key', 'certificate', key, ca.path(file)])).stderr

const SIGNING = ['keyUsage=critical,digitalSignature', 'subjectAltName=email:alice@example.com']
const OPENING = ['keyUsage=critical,keyEncipherment', 'subjectAltName=email:alice@example.com']
const AGREEING = ['keyUsage=critical,keyAgreement', 'subjectAltName=email:alice@example.com']

test.each(['rsa-2048', 'ec-p256', 'ec-p384', 'ed25519'] as const)(
  'a signing key of %s asks by PKCS #10 that openssl verifies, and serves under what it issues',
  async (algorithm) => {
    const key = await ask('sign', algorithm, `${algorithm}.csr`)
    expect((await findKey(records.db, key))?.status).toBe('waiting')
    const shown = ca.run('req', '-in', `${algorithm}.csr`, '-noout', '-verify', '-text')
    expect(shown).toContain('Subject: O = Example, CN = Alice')
    expect(shown).toContain('email:alice@example.com')
    expect(shown).toContain('E-mail Protection')
    expect(shown).toMatch(/Key Usage: critical\s+Digital Signature, Non Repudiation\n/)
    ca.answer(`${algorithm}.csr`, `${algorithm}.pem`)
    ca.join(`${algorithm}-chain.pem`, 'root.pem', 'issuing.pem', `${algorithm}.pem`)
    await succeed('key', 'certificate', key, ca.path(`${algorithm}-chain.pem`))
    expect((await findKey(records.db, key))?.status).toBe('active')
    const chain = (await listChain(records.db, key)).map(parseCertificate)
    expect(chain.map(({ subject }) => subject)).toEqual([
      'CN=Alice,O=Example',
      'CN=Company Issuing',
      'CN=Company Root',
    ])
  },
)

test.each([
  ['rsa-2048', OPENING, 2],
  ['ec-p256', AGREEING, 3],
  ['x25519', AGREEING, 3],
] as const)(
  'an encryption key of %s, which signs nothing, gives its public key and a CRMF message',
  async (algorithm, extensions, proof) => {
    const key = await ask('encrypt', algorithm, `${algorithm}.pub`)
    const parsed = ca.run('asn1parse', '-inform', 'DER', '-in', `${algorithm}.pub.crmf`)
    expect(parsed).toMatch(/d=3 .* INTEGER +:00\n/) // certReqId
    for (const tag of [5, 6, 9]) expect(parsed).toMatch(new RegExp(`d=4 .*cont \\[ ${tag} \\]`))
    expect(parsed).toMatch(new RegExp(`d=2 .*cont \\[ ${proof} \\]`))
    expect(parsed).toContain('X509v3 Subject Alternative Name')
    ca.certify(`${algorithm}.pub`, `${algorithm}-e.pem`, extensions)
    ca.run(
      'crl2pkcs7',
      '-nocrl',
      '-certfile',
      `${algorithm}-e.pem`,
      '-certfile',
      'issuing.pem',
      '-out',
      `${algorithm}.p7b`,
    )
    expect(
      (await listEncryptionKeys(records.db, 'alice@example.com')).map(({ id }) => id),
    ).not.toContain(key)
    await succeed('key', 'certificate', key, ca.path(`${algorithm}.p7b`))
    expect((await findKey(records.db, key))?.status).toBe('active')
  },
)

test('what does not fit is refused with its reasons, and changes nothing', async () => {
  const key = await ask('encrypt', 'rsa-3072', 'unfit.pub')
  const cases: [string, readonly string[], object, string][] = [
    [
      'dual.pem',
      [`${OPENING[0]},digitalSignature`, OPENING[1]!],
      {},
      'must sign nothing: digitalSignature',
    ],
    ['usage.pem', SIGNING, {}, 'must sign nothing'],
    ['none.pem', [OPENING[1]!], {}, 'does not say what its key is for'],
    [
      'bob.pem',
      [OPENING[0]!, 'subjectAltName=email:bob@example.com'],
      {},
      'It is for bob@example.com, and not for alice@example.com.',
    ],
    ['server.pem', [...OPENING, 'extendedKeyUsage=serverAuth'], {}, 'not for mail'],
    ['old.pem', OPENING, { days: '-1' }, 'It has expired'],
  ]
  for (const [name, extensions, how, reason] of cases) {
    ca.certify('unfit.pub', name, extensions, how)
    ca.join(`chain-${name}`, name, 'issuing.pem')
    expect(await refuse(key, `chain-${name}`), name).toContain(reason)
  }
  expect(await refuse(key, 'rsa-2048.pem')).toContain('None of these certificates is for this key')
  ca.certify('unfit.pub', 'fit.pem', OPENING)
  expect(await refuse(key, 'fit.pem')).toContain('"CN=Company Issuing" is missing')
  expect(await refuse(key, 'unfit.pub')).toContain('There is no certificate in the file.')
  expect((await findKey(records.db, key))?.status).toBe('waiting')
  expect(await listChain(records.db, key)).toEqual([])
})

test('a renewal keeps the certificate of before, and the same again changes nothing', async () => {
  const key = await ask('sign', 'ec-p521', 'first.csr')
  ca.answer('first.csr', 'first.pem')
  ca.join('first-chain.pem', 'first.pem', 'issuing.pem')
  const install = (file: string) => succeed('key', 'certificate', key, ca.path(file))
  await install('first-chain.pem')
  const [first] = await listChain(records.db, key)
  await succeed('key', 'request', key, ca.path('second.csr'), '--organization', 'Example')
  ca.answer('second.csr', 'second.pem')
  ca.join('second-chain.pem', 'issuing.pem', 'second.pem')
  await install('second-chain.pem')
  expect(await install('second-chain.pem')).toContain('had this certificate already')
  expect((await listChain(records.db, key))[0]).not.toEqual(first)
  expect(await listPastCertificates(records.db, key)).toEqual([first])
})

test('each step is in the audit, with who took it', async () => {
  const actions = await records.db
    .selectFrom('auditEntries')
    .select(['action', 'phase', 'actor'])
    .where('action', 'in', ['certificate-requested', 'certificate-installed'])
    .where('phase', '!=', 'intent')
    .execute()
  const seen = actions.map(({ action, actor }) => `${action} ${actor}`)
  expect(seen).toContain('certificate-requested an operator')
  expect(seen.filter((one) => one === 'certificate-installed an operator')).toHaveLength(9)
  expect(await verifyAudit(records.db)).toMatchObject({ kind: 'intact' })
  const anchors = await succeed('anchor', 'list')
  expect(anchors).toContain('CN=Company Root')
  expect(readFileSync(ca.path('first.csr'), 'utf8')).not.toContain('PRIVATE')
})
