import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import { honestSignedData } from '#test/support/forged-signature.ts'
import { signedMail } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs } from '#test/support/reading.ts'

const pki = new OpensslPki([
  ...CORRESPONDENTS,
  { name: 'weak', address: 'alice@example.com', kind: 'rsa-1024', keyUsage: 'digitalSignature' },
  {
    name: 'server',
    address: 'alice@example.com',
    kind: 'ec-p256',
    keyUsage: 'digitalSignature',
    extensions: ['extendedKeyUsage=serverAuth'],
  },
])
afterAll(() => pki.remove())

const CONTENT = utf8('Content-Type: text/plain\r\n\r\nYou are promoted.\r\n')
const alice = pki.key('alice-sign')
const read = (bytes: Bytes) => openAs(bytes, [], [pki.ca])

describe('trust', () => {
  it('is not given to weak keys, other uses, strangers, or another time', async () => {
    const verdict = async (name: string, anchors = [pki.ca]) => {
      const object = await honestSignedData(pki.key(name), CONTENT, { detached: true })
      return (await openAs(signedMail(CONTENT, object), [], anchors)).signature
    }
    const untrusted = (reason: string) =>
      expect.objectContaining({ kind: 'untrusted', reason }) as unknown
    expect(await verdict('weak')).toEqual(untrusted('weak-algorithm'))
    expect(await verdict('server')).toEqual(untrusted('not-for-email'))
    expect(await verdict('alice')).toEqual(untrusted('not-for-email'))
    expect(await verdict('alice-sign', [])).toEqual(untrusted('unknown-issuer'))
  })

  it('is not given to a digest below SHA-256, by a key as strong as it may be', async () => {
    const who = ['-signer', 'alice-sign.pem', '-inkey', 'alice-sign.key']
    const how = ['-md', 'sha1', '-binary', '-outform', 'DER']
    const object = pki.openssl(['cms', '-sign', ...how, ...who], CONTENT)
    const { signature } = await read(signedMail(CONTENT, object))
    expect(signature).toMatchObject({ kind: 'untrusted', reason: 'weak-algorithm' })
  })

  it.each([
    [59, 'valid'],
    [-59, 'valid'],
    [61, 'untrusted'],
    [-61, 'untrusted'],
  ])('a Date %i minutes from the signing time is %s', async (minutes, kind) => {
    const at = new Date('2026-01-02T03:04:05Z')
    const object = await honestSignedData(alice, CONTENT, { detached: true, at })
    const date = new Date(at.getTime() + minutes * 60_000).toUTCString()
    const fields = ['From: alice@example.com', `Date: ${date}`]
    expect((await read(signedMail(CONTENT, object, fields))).signature.kind).toBe(kind)
  })
})
