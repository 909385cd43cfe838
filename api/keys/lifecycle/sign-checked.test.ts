import { expect, test } from 'vitest'
import { openCompany } from '#test/support/key-company.ts'
import { createCompanyKey } from './company-key.ts'
import { requestCertificate } from './request-certificate.ts'

test('neither a request nor a certificate leaves with a signature that does not hold', async () => {
  const company = await openCompany()
  const { user, signKey: key } = await company.hire('alice')
  const maker = { ...company.records, hsm: company.hsm }
  const request = () => requestCertificate(maker, { key, user, organization: null }, 'root')
  expect((await request()).form).toBe('pkcs10')
  company.hsm.fault = (signature) => signature.with(-1, (signature.at(-1) ?? 0) ^ 1)
  await expect(request()).rejects.toMatchObject({ code: 'token/broken' })
  const made = createCompanyKey(maker, user, 'sign', 'ed25519', 'root')
  await expect(made).rejects.toMatchObject({ code: 'token/broken' })
  const keys = company.records.db.selectFrom('keys').select('id')
  expect(await keys.where('algorithm', '=', 'ed25519').execute()).toEqual([])
})
