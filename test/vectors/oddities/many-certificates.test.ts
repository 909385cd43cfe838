import { afterAll, describe, expect, it } from 'vitest'
import { utf8 } from '#shared/bytes.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { certificatesOfPem } from '#test/support/pem.ts'
import { openAs, textOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
// Bob's key under a second certificate, as a renewal makes it.
const RENEWED = ['-key', 'bob.key', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-subj', '/CN=bob anew']
pki.openssl(['req', '-x509', '-new', '-days', '30', ...RENEWED, '-out', 'bob-anew.pem'])
afterAll(() => pki.remove())

const CONTENT = utf8('Content-Type: text/plain\r\n\r\nFor any of them.\r\n')
const written = (...options: string[]) =>
  pki.openssl(['cms', '-encrypt', '-aes-256-cbc', '-outform', 'DER', ...options], CONTENT)
const [anew] = certificatesOfPem(
  new TextDecoder().decode(pki.openssl(['x509', '-in', 'bob-anew.pem'])),
)
const before = pki.key('bob')
const after = { ...before, id: 'bob-anew', certificate: anew! }

describe('a user with several certificates', () => {
  it.each([
    ['the old certificate', 'bob.pem', 'bob'],
    ['the renewed one', 'bob-anew.pem', 'bob-anew'],
  ])('reads what was written to %s of one key', async (_name, recipient, keyId) => {
    const message = await openAs(written(recipient), [after, before], [pki.ca])
    expect(message.encryption).toMatchObject({ kind: 'decrypted', keyId })
  })

  it('reads what names the key and not the certificate, whichever of them is held', async () => {
    const bytes = written('-keyid', 'bob.pem')
    for (const held of [before, after]) {
      expect(textOf(await openAs(bytes, [held], [pki.ca]))).toBe('For any of them.')
    }
  })

  it('reads with whichever of several keys is meant', async () => {
    const bytes = written('-recip', 'carol.pem', '-recip', 'alice.pem')
    for (const held of ['alice', 'carol']) {
      const keys = [before, pki.key(held)]
      expect((await openAs(bytes, keys, [pki.ca])).encryption).toMatchObject({ keyId: held })
    }
  })
})
