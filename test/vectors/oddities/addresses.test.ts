import { afterAll, describe, expect, it } from 'vitest'
import { clearSigned, mailOf } from '#test/support/clear-signed.ts'
import { type Identity, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs } from '#test/support/reading.ts'

const identity = (name: string, address: string): Identity => ({
  name,
  address,
  kind: 'ec-p256',
  keyUsage: 'digitalSignature',
})
const pki = new OpensslPki([
  identity('several', 'alice@example.com,email:a.smith@example.com'),
  identity('upper', 'Alice.SMITH@Example.COM'),
  identity('foreign', 'alice@xn--bcher-kva.example'),
])
const NAME_ONLY = ['-subj', '/CN=Alice/emailAddress=alice@example.com']
const MADE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', 'dn.key']
const USAGE = ['-addext', 'keyUsage=critical,digitalSignature', '-out', 'dn.pem']
const ISSUED = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', '30']
pki.openssl(['req', '-x509', '-nodes', ...MADE, ...ISSUED, ...NAME_ONLY, ...USAGE])
afterAll(() => pki.remove())

describe('the sender is who the certificate says', () => {
  it.each([
    ['in its name alone', 'dn', 'alice@example.com', 'valid'],
    ['in the second of several addresses', 'several', 'a.smith@example.com', 'valid'],
    ['in other letters', 'upper', 'alice.smith@example.com', 'valid'],
    ['in a domain of another script', 'foreign', 'alice@bücher.example', 'valid'],
    ['not', 'several', 'bob@example.com', 'wrong-sender'],
    ['not, in a domain that only looks alike', 'foreign', 'alice@bucher.example', 'wrong-sender'],
  ])('%s', async (_where, signer, from, kind) => {
    const part = clearSigned(pki, 'Content-Type: text/plain\r\n\r\nHello.\r\n', signer)
    const message = await openAs(mailOf(part, `From: <${from}>\n`), [], [pki.ca])
    expect(message.signature.kind).toBe(kind)
  })
})
