import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { PosternError } from '#shared/errors.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import { TestClock } from '#test/support/clock.ts'
import { SoftwareHsm } from '#test/support/software-hsm.ts'
import { listAnchors } from '../../storage/anchors.ts'
import { listChain } from '../../storage/certificates.ts'
import { listKeys } from '../../storage/keys.ts'
import { verifyAudit } from '../audit/verify.ts'
import { openRecords } from '../records.ts'
import { createKey } from './keys.ts'
import { openTokenAuthority } from './token-authority.ts'
import { enrolTotp } from './factors.ts'
import { createUser, setPassword } from './users.ts'

const ALICE = { username: 'Alice', name: 'Alice', address: 'Alice@Example.com', roles: [] }
const COMPANY = {
  name: 'Example Authority',
  organization: 'Example',
  algorithm: 'rsa-2048',
  backdateDays: 90,
} as const

async function emptyCompany() {
  const records = await openRecords(':memory:', new TestClock().read)
  return { ...records, hsm: new SoftwareHsm() }
}

test('a set-up that is run twice has each user, key, authority and anchor once', async () => {
  const maker = await emptyCompany()
  const setUp = async () => {
    const authority = await openTokenAuthority(maker, COMPANY)
    const user = await createUser(maker, ALICE)
    await setPassword(maker, user, 'a long password')
    await enrolTotp(maker, user)
    const key = await createKey({ ...maker, authority }, user, 'encrypt', 'ec-p384')
    return { user: user.id, key: key.id }
  }
  const first = await setUp()
  expect(await setUp()).toEqual(first)
  expect(await listKeys(maker.db, first.user)).toHaveLength(1)
  expect(await listAnchors(maker.db)).toHaveLength(1)
  expect(await verifyAudit(maker.db)).toMatchObject({ kind: 'intact', unknownOutcomes: 0 })
})

test('a username or an address that somebody else has is refused', async () => {
  const maker = await emptyCompany()
  await createUser(maker, ALICE)
  for (const [other, code] of [
    [{ ...ALICE, address: 'other@example.com' }, 'user/taken'],
    [{ ...ALICE, username: 'bob' }, 'user/taken'],
    [{ ...ALICE, username: 'no spaces', address: 'bob@example.com' }, 'config/invalid'],
  ] as const) {
    await expect(createUser(maker, other)).rejects.toMatchObject({ code })
  }
})

test('a short password is refused', async () => {
  const maker = await emptyCompany()
  const user = await createUser(maker, ALICE)
  await expect(setPassword(maker, user, '1234567')).rejects.toMatchObject({
    code: 'request/malformed',
  })
})

test('the seed is told once, as text and as an address for a QR code, and stored sealed', async () => {
  const maker = await emptyCompany()
  const user = await createUser(maker, ALICE)
  const { seed, uri } = await enrolTotp(maker, user)
  expect(seed).toMatch(/^[A-Z2-7]{32}$/)
  expect(uri).toMatch(/^otpauth:\/\/totp\/Postern:alice\?secret=/)
  const row = await maker.db.selectFrom('factors').selectAll().executeTakeFirstOrThrow()
  expect(row.sealedSeed).not.toContain(seed)
  expect(Buffer.from(row.sealedSeed, 'base64url').includes(seed)).toBe(false)
})

test.each([
  ['sign', 'rsa-2048', { digitalSignature: true, nonRepudiation: true, keyEncipherment: false }],
  ['sign', 'ec-p256', { digitalSignature: true, keyAgreement: false }],
  ['encrypt', 'rsa-2048', { keyEncipherment: true, digitalSignature: false }],
  ['encrypt', 'ec-p256', { keyAgreement: true, digitalSignature: false }],
] as const)('a certificate to %s with %s allows that and no more', async (purpose, kind, uses) => {
  const maker = await emptyCompany()
  const authority = await openTokenAuthority(maker, COMPANY)
  const user = await createUser(maker, ALICE)
  const key = await createKey({ ...maker, authority }, user, purpose, kind)
  const chain = await listChain(maker.db, key.id)
  const certificate = parseCertificate(chain[0]!)
  expect(certificate).toMatchObject({
    addresses: ['alice@example.com'],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'],
    keyUsage: { ...uses, keyCertSign: false },
    isCa: false,
    keyKind: kind,
    notBefore: new Date('2024-12-01T09:00:00.000Z'), // 90 days before the clock's 1 March
  })
  const anchor = new X509Certificate(chain[1]!)
  expect(new X509Certificate(chain[0]!).verify(anchor.publicKey)).toBe(true)
  expect(anchor.verify(anchor.publicKey)).toBe(true)
})

test('a key that no certificate could be had for is on record as failed, and is nobody’s', async () => {
  const maker = await emptyCompany()
  const user = await createUser(maker, ALICE)
  const away = new PosternError('hsm/unavailable', 'Away.')
  const authority = { issue: () => Promise.reject(away) }
  await expect(createKey({ ...maker, authority }, user, 'sign', 'ec-p256')).rejects.toBe(away)
  expect(await listKeys(maker.db, user.id)).toEqual([])
  const entries = await maker.db
    .selectFrom('auditEntries')
    .select(['phase', 'outcome', 'code'])
    .where('action', '=', 'key-created')
    .orderBy('sequence')
    .execute()
  expect(entries).toEqual([
    { phase: 'intent', outcome: null, code: null },
    { phase: 'result', outcome: 'failed', code: 'hsm/unavailable' },
  ])
})
