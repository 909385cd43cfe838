import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { directoryAnswer, trustAnswer } from '#shared/contract/directory.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import { buildChain } from '#shared/x509/chain.ts'
import { openCompany } from '#test/support/key-company.ts'
import { switchOff } from '../lifecycle/switch-key.ts'

test('a colleague is found by address in any case, with a chain that ends in the anchor', async () => {
  const company = await openCompany()
  const alice = await company.signedIn(await company.hire('alice'))
  await company.hire('bob')
  const found = await alice.get('/directory/certificates?address=Bob@Example.com')
  const { certificates } = directoryAnswer.parse(await found.json())
  expect(certificates).toHaveLength(1)
  const chain = certificates[0]!.chain.map(parseCertificate)
  const { anchors } = trustAnswer.parse(await (await alice.get('/trust')).json())
  expect(new X509Certificate(chain[0]!.der).subjectAltName).toBe('email:bob@example.com')
  const result = await buildChain({
    leaf: chain[0]!,
    candidates: [],
    anchors: anchors.map(parseCertificate),
    at: company.clock.read(),
    purpose: 'encrypt',
  })
  expect(result.ok).toBe(true)
})

test('a stranger, and a key that is switched off, are not found', async () => {
  const company = await openCompany()
  const alice = await company.signedIn(await company.hire('alice'))
  const bob = await company.hire('bob')
  await switchOff(company.records, bob.encryptKey.id, 'root')
  for (const address of ['mallory@example.com', 'bob@example.com']) {
    const answer = await alice.get(`/directory/certificates?address=${address}`)
    expect(directoryAnswer.parse(await answer.json())).toEqual({ certificates: [] })
  }
  expect((await alice.get('/directory/certificates')).status).toBe(400)
})
