import { generateKeyPairSync } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { importAnswer, importKeyAnswer } from '#shared/contract/admin/key-material.ts'
import { base64url } from '#shared/base64.ts'
import { wrapForToken } from '#shared/pkcs12/wrap.ts'
import { confirm, hireOfficial } from '#test/support/administrators.ts'
import { CA, certify } from '#test/support/authority.ts'
import { problemOf } from '#test/support/key-client.ts'
import { type KeyCompany, openCompany } from '#test/support/key-company.ts'
import { findKey, listKeys } from '../../../storage/keys.ts'
import { listChain, listPastCertificates } from '../../../storage/certificates.ts'
import { addAnchor } from '../../lifecycle/anchors.ts'
import { createWaitingKey } from '../../lifecycle/request-certificate.ts'

vi.setConfig({ testTimeout: 120_000 }) // three people are hired in each, and passwords are hashed slowly

const YEAR = 365 * 86_400_000

/** Times of a certificate that is good by the company's clock. */
function validAt({ clock }: KeyCompany) {
  const now = clock.read().getTime()
  return { notBefore: new Date(now - YEAR), notAfter: new Date(now + YEAR) }
}

/** A company with two administrators, an authority of its own elsewhere, and alice. */
async function companyWithAuthority() {
  const company = await openCompany()
  const [carol, dave] = [await hireOfficial(company, 'carol'), await hireOfficial(company, 'dave')]
  const alice = await company.hire('alice')
  const authority = await certify({ name: 'root', extensions: CA, ...validAt(company) })
  await addAnchor(company.records, authority.certificate.der)
  return { company, carol, dave, alice, authority }
}

type World = Awaited<ReturnType<typeof companyWithAuthority>>

/** What a browser sends for a signing key that alice has in a file. */
async function importOf(
  { company, carol, authority }: World,
  usage: 'digitalSignature' | 'keyAgreement',
) {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pkcs8 = new Uint8Array(pair.privateKey.export({ format: 'der', type: 'pkcs8' }))
  const spki = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' }))
  const use = { name: 'ECDSA', namedCurve: 'P-256' }
  const keys = {
    privateKey: await crypto.subtle.importKey('pkcs8', pkcs8, use, false, ['sign']),
    publicKey: await crypto.subtle.importKey('spki', spki, use, true, ['verify']),
  }
  const { certificate } = await certify({
    name: 'alice',
    issuer: authority,
    keys,
    extensions: { keyUsage: [usage] },
    ...validAt(company),
  })
  const importKey = importKeyAnswer.parse(
    await (await carol.client.get('/admin/import-key')).json(),
  )
  const { wrappedKek, wrappedKey } = await wrapForToken(importKey.spki, pkcs8)
  return {
    user: 'alice',
    purpose: usage === 'digitalSignature' ? 'sign' : 'encrypt',
    certificates: [base64url(certificate.der)],
    wrappedKek: base64url(wrappedKek),
    wrappedKey: base64url(wrappedKey),
  }
}

const statusOf = async ({ records }: KeyCompany, id: string) =>
  (await findKey(records.db, id))?.status

test('an imported key is off until a second administrator agrees', async () => {
  const world = await companyWithAuthority()
  const { company, carol, dave } = world
  const answer = await carol.client.post(
    '/admin/imports',
    await importOf(world, 'digitalSignature'),
  )
  expect(answer.status).toBe(201)
  const { key, retired, outcome } = importAnswer.parse(await answer.json())
  expect([key.status, retired, outcome.state]).toEqual(['disabled', null, 'proposed'])
  const change = outcome.state === 'proposed' ? outcome.change.id : ''
  expect((await confirm(company, dave, change)).status).toBe(200)
  expect(await statusOf(company, key.id)).toBe('active')
  expect((await findKey(company.records.db, key.id))?.origin).toBe('imported')
})

test('another private key, or a certificate of somebody else, is refused and leaves nothing', async () => {
  const world = await companyWithAuthority()
  const { company, carol, alice } = world
  const [one, another] = [
    await importOf(world, 'keyAgreement'),
    await importOf(world, 'keyAgreement'),
  ]
  const mixed = { ...one, certificates: another.certificates }
  const refused = await carol.client.post('/admin/imports', mixed)
  expect((await problemOf(refused)).code).toBe('request/malformed')
  const signing = { ...one, purpose: 'sign' }
  const unfit = await carol.client.post('/admin/imports', signing)
  expect((await problemOf(unfit)).code).toBe('certificate/unfit')
  expect(await listKeys(company.records.db, alice.user.id)).toHaveLength(2)
})

test('a certificate is installed by an administrator, and a renewal keeps the one of before', async () => {
  const { company, carol, alice, authority } = await companyWithAuthority()
  const { records, hsm } = company
  const kind = { purpose: 'sign', algorithm: 'ec-p256' } as const
  const { id } = await createWaitingKey({ ...records, hsm }, alice.user, kind)
  const { spki } = await hsm.publicKey({ key: { id, ...kind } })
  const use = { name: 'ECDSA', namedCurve: 'P-256' }
  const publicKey = await crypto.subtle.importKey('spki', spki, use, true, ['verify'])
  const issued = () =>
    certify({
      name: 'alice',
      issuer: authority,
      keys: { ...authority.keys, publicKey },
      ...validAt(company),
    })
  const install = async (der: Uint8Array) =>
    carol.client.post(`/admin/keys/${id}/certificate`, { certificates: [base64url(der)] })
  const [first, second] = [(await issued()).certificate.der, (await issued()).certificate.der]
  expect((await install(first)).status).toBe(200)
  expect(await statusOf(company, id)).toBe('active')
  expect((await install(second)).status).toBe(200)
  expect((await listChain(records.db, id))[0]).toEqual(new Uint8Array(second))
  expect(await listPastCertificates(records.db, id)).toEqual([new Uint8Array(first)])
  const unfit = await install(authority.certificate.der)
  expect((await problemOf(unfit)).detail).toContain('None of these certificates is for this key')
  const noCertificate = await install(Uint8Array.of(1))
  expect((await problemOf(noCertificate)).code).toBe('certificate/unfit')
})
