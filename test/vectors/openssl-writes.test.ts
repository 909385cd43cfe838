import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, textOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const CONTENT = utf8('Content-Type: text/plain; charset=utf-8\r\n\r\nWhat openssl wrote.\r\n')
const HEAD = utf8('From: alice@example.com\nSubject: A test\nMIME-Version: 1.0\n')

/** A message that openssl wrote, MIME and all. */
function mail(args: string[], content = CONTENT) {
  return concat(HEAD, withoutVersion(pki.openssl(['cms', ...args], content)))
}

function withoutVersion(output: Bytes) {
  return output.subarray(output.indexOf(10) + 1) // openssl's first line says MIME-Version
}

const CIPHERS = ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'aes-128-gcm', 'aes-256-gcm']
const OAEP = ['-keyopt', 'rsa_padding_mode:oaep']
const OAEP_256 = [...OAEP, '-keyopt', 'rsa_oaep_md:sha256']
const RECIPIENTS: [string, string, string[]][] = [
  ['RSA PKCS#1 v1.5', 'alice', []],
  ['RSA-OAEP with SHA-1', 'alice', OAEP],
  ['RSA-OAEP with SHA-256', 'alice', OAEP_256],
  ['ECDH P-256', 'bob', []],
  ['ECDH P-384 and SHA-384', 'carol', ['-keyopt', 'ecdh_kdf_md:sha384']],
  ['ECDH P-384 and AES-192 wrap', 'carol', ['-aes192-wrap']],
  ['ECDH P-256 and AES-128 wrap', 'bob', ['-keyopt', 'ecdh_kdf_md:sha256', '-aes128-wrap']],
]

describe('what openssl encrypted', () => {
  for (const cipher of CIPHERS) {
    it.each(RECIPIENTS)(`opens: ${cipher} for %s`, async (_name, who, options) => {
      const bytes = mail(['-encrypt', `-${cipher}`, '-binary', '-recip', `${who}.pem`, ...options])
      const message = await openAs(bytes, [pki.key(who)], [pki.ca])
      expect(message.encryption).toMatchObject({
        kind: 'decrypted',
        contentAlgorithm: cipher,
        keyId: who,
        integrity: cipher.endsWith('gcm') ? 'authenticated' : 'none',
      })
      expect(textOf(message)).toBe('What openssl wrote.')
    })
  }

  it.each(['DER', 'PEM'])('opens as a bare file in %s, streamed or not', async (form) => {
    for (const streaming of ['-stream', '-noindef']) {
      const args = ['-encrypt', '-aes-256-cbc', '-binary', streaming, '-outform', form, 'alice.pem']
      const message = await openAs(
        pki.openssl(['cms', ...args], CONTENT),
        [pki.key('alice')],
        [pki.ca],
      )
      expect(message.encryption.kind).toBe('decrypted')
      expect(textOf(message)).toBe('What openssl wrote.')
    }
  })

  it('opens with an older key of the same user, beside a newer one', async () => {
    const bytes = mail(['-encrypt', '-aes-256-gcm', '-binary', 'bob.pem', 'alice.pem'])
    const message = await openAs(bytes, [pki.key('carol'), pki.key('alice')], [pki.ca])
    expect(message.encryption).toMatchObject({ kind: 'decrypted', keyId: 'alice' })
  })

  it('names its recipients to one who is none of them', async () => {
    const bytes = mail(['-encrypt', '-aes-256-cbc', '-binary', 'bob.pem', 'alice.pem'])
    const { encryption, body } = await openAs(bytes, [pki.key('carol')], [pki.ca])
    expect(encryption).toMatchObject({
      kind: 'no-key',
      recipients: [{ keyId: null }, { keyId: null }],
    })
    expect(body).toEqual([])
  })
})

/** Arguments with which openssl signs as one of the correspondents. */
function signerOf(who: string): string[] {
  return ['-signer', `${who}-sign.pem`, '-inkey', `${who}-sign.key`]
}

const SIGNERS: [string, string][] = [
  ['alice', 'sha256'],
  ['alice', 'sha384'],
  ['alice', 'sha512'],
  ['bob', 'sha256'],
  ['carol', 'sha384'],
]

describe('what openssl signed', () => {
  for (const form of ['detached', 'opaque'] as const) {
    const options = form === 'opaque' ? ['-nodetach'] : []
    it.each(SIGNERS)(`verifies: ${form} by %s with %s`, async (who, digest) => {
      const bytes = mail(['-sign', ...options, ...signerOf(who), '-md', digest])
      const from = new TextDecoder().decode(bytes).replace('From: alice@', `From: ${who}@`)
      const message = await openAs(utf8(from), [], [pki.ca])
      expect(message.signature).toMatchObject({
        kind: 'valid',
        signers: [{ certificate: { addresses: [`${who}@example.com`] } }],
      })
      expect(message.layers).toMatchObject([{ kind: 'signed', form, counts: true }])
      expect(textOf(message)).toBe('What openssl wrote.')
    })
  }

  it('verifies RSA-PSS', async () => {
    const options = ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:32']
    const bytes = mail(['-sign', ...signerOf('alice'), ...options])
    expect((await openAs(bytes, [], [pki.ca])).signature.kind).toBe('valid')
  })

  it('shows both signers, and needs both of them to be trusted', async () => {
    const signers = ['alice', 'bob'].flatMap(signerOf)
    const bytes = mail(['-sign', ...signers])
    const { signature } = await openAs(bytes, [], [pki.ca])
    expect(signature).toMatchObject({ kind: 'valid', signers: [{}, {}] })
    const untrusted = await openAs(bytes, [], [pki.key('alice-sign').certificate])
    expect(untrusted.signature).toMatchObject({ kind: 'untrusted', reason: 'unknown-issuer' })
  })

  it('verifies inside an envelope, and counts the signature within', async () => {
    const signed = pki.openssl(['cms', '-sign', ...signerOf('alice')], CONTENT)
    const bytes = mail(['-encrypt', '-aes-256-gcm', 'bob.pem'], signed)
    const message = await openAs(bytes, [pki.key('bob')], [pki.ca])
    expect(message.layers).toMatchObject([{ kind: 'encrypted' }, { kind: 'signed', counts: true }])
    expect(message.signature.kind).toBe('valid')
  })

  it('gives certificates alone no verdict', async () => {
    const args = ['crl2pkcs7', '-nocrl', '-certfile', 'alice.pem', '-outform', 'DER']
    const message = await openAs(pki.openssl(args), [], [pki.ca])
    expect(message).toMatchObject({
      encryption: { kind: 'none' },
      signature: { kind: 'none' },
      body: [],
    })
  })
})
