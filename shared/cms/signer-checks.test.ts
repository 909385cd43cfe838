import { afterAll, describe, expect, it } from 'vitest'
import { readWhole } from '#shared/asn1/reader.ts'
import { bitString, sequence } from '#shared/asn1/writer.ts'
import { Budget } from '#shared/budget.ts'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { algorithmIdentifier, parseAlgorithmIdentifier } from '#shared/x509/algorithm-identifier.ts'
import type { Certificate } from '#shared/x509/certificate.ts'
import { digestIdentifier } from '#shared/x509/digest.ts'
import { honestSignedData } from '#test/support/forged-signature.ts'
import { OpensslPki } from '#test/support/openssl-pki.ts'
import { parseContentInfo } from './content-info.ts'
import { parseSignedData } from './signed-data.ts'
import type { SignerInfo } from './signer-info.ts'
import { type SignerVerdict, verifySignerInfo } from './verify-signer-info.ts'

const CONTENT = utf8('Content-Type: text/plain\r\n\r\nSee you at nine.\r\n')
const signs = { address: 'alice@example.com', keyUsage: 'digitalSignature' }
const pki = new OpensslPki([
  { ...signs, name: 'alice', kind: 'rsa-2048' },
  { ...signs, name: 'bob', kind: 'ec-p256' },
  { ...signs, name: 'short', kind: 'rsa-1024' },
])
pki.write('content', CONTENT)
afterAll(() => pki.remove())

const alice = pki.key('alice').certificate
const bob = pki.key('bob').certificate

const parse = (bytes: Bytes) => parseSignedData(parseContentInfo(bytes).content)

type Change = {
  readonly content?: Bytes
  readonly certificates?: readonly Certificate[]
  readonly signer?: (signer: SignerInfo) => Partial<SignerInfo>
  readonly budget?: Budget
  readonly earlier?: readonly { readonly change: string; readonly content: Bytes }[]
}

async function verdictOn(options: readonly string[], change: Change = {}): Promise<SignerVerdict> {
  const { content = CONTENT, signer = () => ({}), budget } = change
  const [name = 'alice', ...rest] = options
  const who = ['-signer', `${name}.pem`, '-inkey', `${name}.key`]
  const how = ['cms', '-sign', '-binary', '-in', 'content', '-outform', 'DER']
  const bytes = pki.openssl([...how, ...who, ...rest])
  const signed = parse(bytes)
  const [found] = signed.signers
  const question = { ...signed, ...change, content, signer: { ...found!, ...signer(found!) } }
  return verifySignerInfo(question, budget)
}

/** The checks, a line for each: `+` held, `-` failed, `?` could not be done. */
const told = ({ checks }: SignerVerdict) =>
  checks.map(({ name, ok, detail }) => `${ok === null ? '?' : ok ? '+' : '-'} ${name}: ${detail}`)

const flipped = ({ signature }: SignerInfo) => {
  const copy = concat(signature)
  copy[40]! ^= 1
  return { signature: copy }
}
/** Bob’s key under Alice’s name. */
const impostor = { ...alice, spki: bob.spki, publicKey: bob.publicKey, keyKind: bob.keyKind }

describe('the checks of a signature', () => {
  it('are all told where it holds, with what it was made by', async () => {
    const verdict = await verdictOn(['alice', '-md', 'sha256'])
    expect(told(verdict)).toEqual([
      '+ signed attributes: as RFC 5652 §11 wants them',
      '+ content type: 1.2.840.113549.1.7.1',
      '+ algorithm protection: not used',
      '+ content digest: sha-256',
      '+ signer certificate: CN=alice',
      '+ signature: RSA with SHA-256',
      '+ strength: sufficient',
    ])
    expect(verdict).toMatchObject({ digestAlgorithm: 'sha-256', certificate: alice })
  })

  it('end with the one that failed', async () => {
    const sha256 = ['alice', '-md', 'sha256']
    const stripped = await verdictOn([...sha256, '-noattr'])
    expect(told(stripped)).toEqual(['- signed attributes: missing'])
    const garbled = { signer: () => ({ signedAttributes: utf8('1') }) }
    expect(told(await verdictOn(sha256, garbled))).toEqual([
      '- signed attributes: as RFC 5652 §11 wants them',
    ])
    const changed = await verdictOn(sha256, { content: utf8('See you at ten.') })
    expect(told(changed).at(-1)).toBe('- content digest: sha-256')
    expect(changed).toMatchObject({ reason: 'content-changed', certificate: alice })
    const missing = await verdictOn(sha256, { certificates: [bob] })
    expect(told(missing).slice(-2)).toEqual([
      '- signer certificate: not at hand',
      '? signature: signer-certificate-missing',
    ])
    expect(missing).toMatchObject({ reason: 'signer-certificate-missing', certificate: null })
    const broken = await verdictOn(sha256, { signer: flipped })
    expect(told(broken).slice(-2)).toEqual([
      '+ signer certificate: CN=alice',
      '- signature: RSA with SHA-256',
    ])
    expect(broken).toMatchObject({ reason: 'signature-mismatch', certificate: alice })
  })

  it('tell another content type from another one that was signed', async () => {
    const other = '1.2.840.113549.1.9.16.1.4'
    const verdict = await verdictOn(['alice', '-econtent_type', other])
    expect(told(verdict)[1]).toBe(`- content type: ${other}`)
    expect(verdict).toMatchObject({ kind: 'broken', reason: 'structure', certificate: alice })
  })

  it.each([
    [['alice', '-md', 'sha1'], 'sha-1'],
    [['short', '-md', 'sha256'], 'rsa-1024'],
    [['short', '-md', 'sha1'], 'sha-1'],
  ])('call %j weak: %s', async (options, weak) => {
    const verdict = await verdictOn(options)
    expect(told(verdict).at(-1)).toBe(`- strength: ${weak}`)
    expect(verdict).toMatchObject({ kind: 'holds', weak })
  })
})

describe('content that was changed', () => {
  const content = concat(CONTENT, CONTENT)
  const earlier = [
    { change: 'another', content: concat(content, content) },
    { change: 'wrapped', content: CONTENT },
  ]

  it('is called changed in transit where the signature holds over what it may have been', async () => {
    const verdict = await verdictOn(['alice'], { content, earlier })
    expect(verdict).toMatchObject({ kind: 'broken', reason: 'changed-in-transit' })
    expect(told(verdict).slice(-2)).toEqual([
      '- content digest: sha-256',
      '- changed in transit: wrapped',
    ])
  })

  it.each([
    ['a false signature', { signer: flipped }],
    ['a signer whose certificate is not at hand', { certificates: [] }],
    ['no signature check left', { budget: new Budget(0) }],
    ['nothing that it may have been', { earlier: earlier.slice(0, 1) }],
  ])('is not where there is %s', async (_name, change) => {
    const verdict = await verdictOn(['alice'], { content, earlier, ...change })
    expect(verdict).toMatchObject({ kind: 'broken', reason: 'content-changed' })
    expect(told(verdict).at(-1)).toBe('- content digest: sha-256')
  })
})

describe('a signature that could not be checked', () => {
  it('is one beyond what a message may cost', async () => {
    const verdict = await verdictOn(['alice'], { budget: new Budget(0) })
    const what = 'more signatures than one message may cost'
    expect(told(verdict).at(-1)).toBe(`? signature: ${what}`)
    expect(verdict).toMatchObject({ kind: 'unchecked', what, certificate: alice })
  })

  it('is one under a key that is not known to us, even beside another that it fails under', async () => {
    const spki = sequence(algorithmIdentifier('1.2.3'), bitString(new Uint8Array(4)))
    const odd = { ...alice, spki, keyKind: 'odd' }
    for (const certificates of [
      [odd, impostor],
      [impostor, odd],
    ]) {
      const verdict = await verdictOn(['alice', '-md', 'sha256'], { certificates })
      const what = 'RSA with SHA-256, key odd'
      expect(told(verdict).at(-1)).toBe(`? signature: ${what}`)
      expect(verdict).toMatchObject({ kind: 'unchecked', what, certificate: odd })
    }
    const holds = await verdictOn(['alice'], { certificates: [odd, alice] })
    expect(holds).toMatchObject({ kind: 'holds', certificate: alice })
  })

  it('is one over a digest that is not known to us', async () => {
    const verdict = await verdictOn(['alice', '-md', 'sha512-256'])
    expect(told(verdict).at(-1)).toBe('? content digest: SHA-512/256')
    expect(verdict).toMatchObject({
      kind: 'unchecked',
      what: 'SHA-512/256',
      digestAlgorithm: 'SHA-512/256',
      certificate: alice,
    })
  })
})

it('an error that is not ours is let through', async () => {
  const signer = () => ({ signedAttributes: new Proxy(CONTENT, {}) })
  await expect(verdictOn(['alice'], { signer })).rejects.toThrow(TypeError)
})

describe('algorithm protection (RFC 6211)', () => {
  it('holds where it names what the signer names, and is told from none', async () => {
    const signed = parse(await honestSignedData(pki.key('alice'), CONTENT))
    const [own] = signed.signers
    const verdict = (signer: SignerInfo) =>
      verifySignerInfo({ ...signed, signer, content: CONTENT })
    expect(told(await verdict(own!))[2]).toBe('+ algorithm protection: RFC 6211')
    expect(told(await verdictOn(['alice']))[2]).toBe('+ algorithm protection: not used')
    const other = parseAlgorithmIdentifier(readWhole(digestIdentifier('sha-512'), 'der'))
    for (const changed of [{ digestIdentifier: other }, { signatureIdentifier: other }]) {
      const broken = await verdict({ ...own!, ...changed })
      expect(told(broken).at(-1)).toBe('- algorithm protection: RFC 6211')
      expect(broken).toMatchObject({ kind: 'broken', reason: 'structure' })
    }
  })
})
