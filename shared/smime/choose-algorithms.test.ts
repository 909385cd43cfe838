import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { read } from '#shared/asn1/reader.ts'
import { oid, sequence } from '#shared/asn1/writer.ts'
import { hex } from '#shared/bytes.ts'
import { type Capabilities, capabilitiesIn, readCapabilities } from '#shared/cms/capabilities.ts'
import { keyTransportIdentifier } from '#shared/cms/key-transport.ts'
import { CIPHER_OIDS } from '#shared/cms/algorithms.ts'
import type { Certificate } from '#shared/x509/certificate.ts'
import { textDraft } from '#test/support/drafts.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, textOf } from '#test/support/reading.ts'
import { softwareSigner } from '#test/support/software-keys.ts'
import { chooseAlgorithms } from './choose-algorithms.ts'
import { sealCopies } from './seal.ts'

const OAEP_256 = keyTransportIdentifier({ kind: 'rsa-oaep', hash: 'sha-256', mgfHash: 'sha-256' })
const OAEP_1 = keyTransportIdentifier({ kind: 'rsa-oaep', hash: 'sha-1', mgfHash: 'sha-1' })
const cipher = (name: keyof typeof CIPHER_OIDS) => sequence(oid(CIPHER_OIDS[name]))
const BOTH = sequence(cipher('aes-256-gcm'), cipher('aes-256-cbc'), OAEP_256)

let pki: OpensslPki
beforeAll(() => {
  const saying = (name: string, value: Uint8Array) => ({
    name,
    address: `${name}@example.com`,
    kind: 'rsa-2048' as const,
    keyUsage: 'keyEncipherment',
    extensions: [`1.2.840.113549.1.9.15=DER:${hex(value)}`],
  })
  pki = new OpensslPki([
    ...CORRESPONDENTS,
    saying('gcm', BOTH),
    saying('cbc', sequence(cipher('aes-128-cbc'), OAEP_1)),
    saying('noise', Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x00)),
  ])
})
afterAll(() => pki.remove())
const of = (name: string): Certificate => pki.key(name).certificate
const choose = (...names: string[]) =>
  chooseAlgorithms({ to: names.map(of), content: 'by-capabilities' })

describe('the capabilities of a certificate', () => {
  it('are read where it has some', () => {
    expect(capabilitiesIn(of('gcm'))).toEqual({
      ciphers: new Set(['aes-256-gcm', 'aes-256-cbc']),
      transport: 'rsa-oaep-sha256',
    })
    expect(capabilitiesIn(of('cbc'))?.transport).toBe('rsa-oaep-sha1')
    expect(capabilitiesIn(of('alice'))).toBeNull()
    expect(capabilitiesIn(of('noise'))).toBeNull()
  })
})

describe('the algorithms of a message', () => {
  it('are AES-256-GCM and what each key’s owner asks for, where all have it', () => {
    const { content, recipients } = choose('gcm', 'gcm')
    expect(content).toBe('aes-256-gcm')
    expect(recipients.map(({ transport }) => transport)).toEqual([
      'rsa-oaep-sha256',
      'rsa-oaep-sha256',
    ])
  })

  it('are AES-256-CBC as soon as one has not, or says nothing', () => {
    expect(choose('gcm', 'cbc').content).toBe('aes-256-cbc')
    expect(choose('gcm', 'alice').content).toBe('aes-256-cbc')
    expect(choose('gcm', 'noise').content).toBe('aes-256-cbc')
    expect(choose('cbc', 'alice').recipients.map(({ transport }) => transport)).toEqual([
      'rsa-oaep-sha1',
      'rsa-pkcs1',
    ])
  })

  it('follow what signed mail said before what the certificate says', () => {
    const said: Capabilities = readCapabilities(read(BOTH, 'der'))
    const known = (certificate: Certificate) => (certificate === of('alice') ? said : null)
    const to = [of('alice'), of('gcm')]
    expect(chooseAlgorithms({ to, content: 'by-capabilities', known }).content).toBe('aes-256-gcm')
  })

  it('are forced by policy', () => {
    const to = [of('gcm'), of('alice')]
    const forced = (oaep: boolean) =>
      chooseAlgorithms({ to, content: 'aes-128-cbc', oaep }).recipients.map((one) => one.transport)
    expect(forced(true)).toEqual(['rsa-oaep-sha256', 'rsa-oaep-sha256'])
    expect(forced(false)).toEqual(['rsa-pkcs1', 'rsa-pkcs1'])
  })
})

describe('the copies of a message', () => {
  const names = new Map([
    ['bob@example.com', 'bob'],
    ['carol@example.com', 'carol'],
    ['dave@example.com', 'gcm'],
  ])
  const encrypt = {
    self: [] as Certificate[],
    content: 'by-capabilities' as const,
    certificatesOf: ({ address }: { address: string }) => {
      const name = names.get(address)
      return name === undefined ? [] : [of(name)]
    },
  }

  it('are one for those who see each other, and one for each hidden reader', async () => {
    let signatures = 0
    const signer = softwareSigner(pki.key('alice-sign'), 'sha-256', new Date())
    const sign: typeof signer = {
      ...signer,
      sign: (digest) => {
        signatures++
        return signer.sign(digest)
      },
    }
    const copies = await sealCopies(textDraft('alice@example.com'), {
      sign,
      form: 'detached',
      encrypt: { ...encrypt, self: [of('alice')] },
    })
    expect(signatures).toBe(1)
    expect(copies.map(({ readers }) => readers.map(({ address }) => address))).toEqual([
      ['bob@example.com', 'carol@example.com'],
      ['dave@example.com'],
    ])
    const readable = await Promise.all(
      copies.map(async ({ bytes }) => {
        const opened = ['bob', 'carol', 'gcm', 'alice'].map(async (name) => {
          const message = await openAs(bytes, [pki.key(name)], [pki.ca])
          if (message.encryption.kind !== 'decrypted') return null
          expect(message.signature.kind).toBe('valid')
          expect(textOf(message)).toContain('Secret text.')
          expect(message.encryption.recipients).toHaveLength(bytes === copies[0]!.bytes ? 3 : 2)
          return name
        })
        return (await Promise.all(opened)).filter((name) => name !== null)
      }),
    )
    expect(readable).toEqual([
      ['bob', 'carol', 'alice'],
      ['gcm', 'alice'],
    ])
    for (const { bytes } of copies) expect(new TextDecoder().decode(bytes)).not.toContain('dave')
    const first = ['cms', '-decrypt', '-recip', 'carol.pem', '-inkey', 'carol.key']
    expect(new TextDecoder().decode(pki.openssl(first, copies[0]!.bytes))).toContain('Secret text.')
  })

  it('are not made at all where one reader has no certificate', async () => {
    const draft = textDraft('alice@example.com', {
      bcc: [{ name: '', address: 'erin@example.com' }],
    })
    const made = sealCopies(draft, { sign: null, form: 'detached', encrypt })
    await expect(made).rejects.toMatchObject({
      code: 'seal/no-certificate',
      message: expect.stringContaining('erin@example.com') as string,
    })
  })
})
