import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { OpensslPki } from '#test/support/openssl-pki.ts'
import { parseContentInfo } from './content-info.ts'
import { parseSignedData } from './signed-data.ts'
import { type SignerVerdict, verifySignerInfo } from './verify-signer-info.ts'

const CONTENT = utf8('Content-Type: text/plain\r\n\r\nSee you at nine.\r\n')
const signs = { address: 'alice@example.com', keyUsage: 'digitalSignature' }
const pki = new OpensslPki([
  { ...signs, name: 'rsa', kind: 'rsa-2048' },
  { ...signs, name: 'p256', kind: 'ec-p256' },
  { ...signs, name: 'p521', kind: 'ec-p521' },
])
pki.write('content', CONTENT)
afterAll(() => pki.remove())

type Change = { readonly signature?: (bytes: Bytes) => Bytes; readonly content?: Bytes }

/** What we say of a signature that openssl made, with something changed afterwards or not. */
async function verdictOn(
  name: string,
  options: readonly string[],
  { signature = concat, content = CONTENT }: Change = {},
): Promise<SignerVerdict> {
  const who = ['-signer', `${name}.pem`, '-inkey', `${name}.key`]
  const how = ['-binary', '-in', 'content', '-outform', 'DER']
  const bytes = pki.openssl(['cms', '-sign', ...how, ...who, ...options])
  const { signers, contentType, certificates } = parseSignedData(parseContentInfo(bytes).content)
  const [signer] = signers
  const changed = { ...signer!, signature: signature(signer!.signature) }
  return verifySignerInfo({ signer: changed, contentType, content, certificates })
}

const flipped = (at: number) => (bytes: Bytes) => bytes.with(at, bytes.at(at)! ^ 1)
const PSS = ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:20']

const CASES = [
  ['rsa', ['-md', 'md5'], 'md5'],
  ['rsa', ['-md', 'ripemd160'], 'ripemd-160'],
  ['rsa', ['-md', 'sha224'], 'sha-224'],
  ['rsa', ['-md', 'sha3-256'], null],
  ['rsa', ['-md', 'sha3-512'], null],
  ['rsa', ['-md', 'sha224', ...PSS], 'sha-224'],
  ['rsa', ['-md', 'sha512', ...PSS, '-keyopt', 'rsa_mgf1_md:sha256'], null],
  ['rsa', ['-md', 'sha256', ...PSS, '-keyopt', 'rsa_mgf1_md:sha1'], 'RSA-PSS with SHA-256'],
  ['p256', ['-md', 'sha224'], 'sha-224'],
  ['p521', ['-md', 'sha224'], 'sha-224'],
] as const

describe('a signature with a digest that WebCrypto lacks', () => {
  it.each(CASES)('of %s with %j holds, and is called weak: %s', async (name, options, weak) => {
    expect(await verdictOn(name, options)).toMatchObject({ kind: 'holds', weak })
  })

  it.each(CASES)('of %s with %j is broken once anything is changed', async (name, options) => {
    const content = utf8('See you at ten.')
    const reason = 'signature-mismatch'
    expect(await verdictOn(name, options, { content })).toMatchObject({ reason: 'content-changed' })
    for (const at of [3, 40, -1]) {
      expect(await verdictOn(name, options, { signature: flipped(at) })).toMatchObject({ reason })
    }
    const cut = (bytes: Bytes) => bytes.slice(0, -1)
    const longer = (bytes: Bytes) => concat(Uint8Array.of(0), bytes)
    const huge = (bytes: Bytes) => new Uint8Array(bytes.length).fill(0xff)
    for (const signature of [cut, longer, huge]) {
      expect(await verdictOn(name, options, { signature })).toMatchObject({ reason })
    }
  })
})

describe('what nothing here can check', () => {
  it('is never called broken: it could not be checked, and its name is said', async () => {
    const dsa = ['dsaparam', '-genkey', '-out', 'dsa.key', '2048']
    pki.openssl(dsa)
    const subject = ['-subj', '/CN=dsa', '-out', 'dsa.pem']
    pki.openssl(['req', '-x509', '-nodes', '-new', '-key', 'dsa.key', ...subject])
    expect(await verdictOn('dsa', ['-md', 'sha256'])).toMatchObject({
      kind: 'unchecked',
      what: expect.stringMatching(/^DSA with SHA-256, key /) as string,
    })
    expect(await verdictOn('rsa', ['-md', 'sha512-256'])).toMatchObject({
      kind: 'unchecked',
      what: 'SHA-512/256',
    })
  })
})
