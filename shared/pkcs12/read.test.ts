import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { childrenOf, encodedOf, read } from '../asn1/reader.ts'
import { context, OCTET_STRING, OID } from '../asn1/tags.ts'
import { octetsOf } from '../asn1/values.ts'
import { contextExplicit, integer, octetString, sequence } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { isPosternError } from '../errors.ts'
import { openssl } from '#test/support/openssl.ts'
import { digestIdentifierWithNull } from '../x509/digest.ts'
import { derive, PURPOSE } from './derive.ts'
import { identitiesOf } from './identity.ts'
import { readPkcs12 } from './read.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }) // openssl and keys of RSA on a busy machine

// Files as openssl writes them: today's, and those of twenty years ago.

const PASSWORD = 'päßword ☂'
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-pkcs12-'))
  const self = ['req', '-x509', '-nodes', '-days', '30', '-subj', '/CN=Alice']
  openssl(folder, [...self, '-newkey', 'rsa:2048', '-keyout', 'rsa.key', '-out', 'rsa.pem'])
  const p384 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384']
  openssl(folder, [...self, ...p384, '-keyout', 'ec.key', '-out', 'ec.pem'])
  openssl(folder, [...self, '-newkey', 'ed25519', '-keyout', 'ed25519.key', '-out', 'ed25519.pem'])
})

afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, how: readonly string[], password = PASSWORD): Bytes {
  const given = ['-inkey', `${name}.key`, '-in', `${name}.pem`, '-passout', `pass:${password}`]
  return openssl(folder, ['pkcs12', '-export', ...given, ...how])
}

const FORMS: readonly (readonly [string, readonly string[]])[] = [
  ['today’s openssl', []],
  ['the legacy ciphers, RC2 and triple DES', ['-legacy']],
  ['triple DES for both', ['-legacy', '-certpbe', 'PBE-SHA1-3DES']],
  ['RC2 of 128 bits', ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128', '-keypbe', 'PBE-SHA1-2DES']],
  [
    'AES-128, and a MAC by SHA-1',
    ['-certpbe', 'AES-128-CBC', '-keypbe', 'AES-192-CBC', '-macalg', 'sha1'],
  ],
  ['triple DES under PBES2', ['-certpbe', 'DES-EDE3-CBC', '-keypbe', 'DES-EDE3-CBC']],
  ['certificates in the clear', ['-certpbe', 'NONE']],
  ['100,000 iterations', ['-iter', '100000']],
]

test.each(FORMS)('a file by %s is opened', async (_what, how) => {
  const { privateKeys, certificates } = await readPkcs12(write('rsa', how), PASSWORD)
  const pem = readFileSync(join(folder, 'rsa.pem'), 'utf8').replaceAll(/-----.*-----|\s/g, '')
  expect(certificates.map(({ der }) => Buffer.from(der).toString('base64'))).toEqual([pem])
  const key = openssl(folder, ['pkcs8', '-topk8', '-nocrypt', '-in', 'rsa.key', '-outform', 'DER'])
  expect(privateKeys.map((one) => new Uint8Array(one))).toEqual([key])
})

test.each(['rsa', 'ec', 'ed25519'])(
  'a key of %s finds its certificate among others',
  async (name) => {
    const file = write(name, ['-certfile', 'rsa.pem', '-certfile', 'ec.pem'])
    const [identity] = await identitiesOf(await readPkcs12(file, PASSWORD))
    expect(identity?.certificates[0]?.keyKind).toBe(
      { rsa: 'rsa-2048', ec: 'ec-p384', ed25519: 'ed25519' }[name],
    )
  },
)

test.each(FORMS.slice(0, 3))('a wrong password is told as such by %s', async (_what, how) => {
  const opened = readPkcs12(write('ec', how), 'another')
  await expect(opened).rejects.toMatchObject({ code: 'pkcs12/wrong-password' })
})

test('an empty password is a password', async () => {
  for (const how of [[], ['-legacy']]) {
    expect((await readPkcs12(write('ec', how, ''), '')).privateKeys).toHaveLength(1)
  }
})

test('what is not supported is told as such', async () => {
  const unsupported = { code: 'pkcs12/unsupported' }
  await expect(readPkcs12(write('ec', ['-nomac']), PASSWORD)).rejects.toMatchObject(unsupported)
  const slow = write('ec', ['-iter', '2000001', '-nomaciter'])
  await expect(readPkcs12(slow, PASSWORD)).rejects.toMatchObject(unsupported)
  const large = new Uint8Array(256 * 1024 + 1)
  await expect(readPkcs12(large, PASSWORD)).rejects.toMatchObject(unsupported)
})

/** The file with its encrypted certificates so many times over, and a MAC that holds. */
async function repeated(file: Bytes, times: number): Promise<Bytes> {
  const whole = read(file, 'ber').sequence()
  whole.next() // version
  const info = whole.sequence()
  const type = encodedOf(info.next(OID))
  const octets = octetsOf(childrenOf(info.next(context(0))).next(OCTET_STRING))
  const part = encodedOf(read(octets, 'ber').sequence().next())
  const content = sequence(...Array.from({ length: times }, () => part))
  const salt = new Uint8Array(8)
  const key = await derive({ digest: 'sha-1', salt, iterations: 1 }, PASSWORD, PURPOSE.mac, 20)
  const mac = createHmac('sha1', key).update(content).digest()
  return sequence(
    integer(3),
    sequence(type, contextExplicit(0, octetString(content))),
    sequence(sequence(digestIdentifierWithNull('sha-1'), octetString(mac)), octetString(salt)),
  )
}

test('a file that has a key derived over and over is refused', async () => {
  const file = write('ec', [])
  expect((await readPkcs12(await repeated(file, 16), PASSWORD)).certificates).toHaveLength(16)
  const opened = readPkcs12(await repeated(file, 17), PASSWORD)
  await expect(opened).rejects.toMatchObject({ code: 'pkcs12/unsupported' })
})

test('a key without its certificate is refused', async () => {
  const file = await readPkcs12(write('ec', []), PASSWORD)
  const alone = identitiesOf({ ...file, certificates: [] })
  await expect(alone).rejects.toMatchObject({ code: 'pkcs12/malformed' })
  const none = identitiesOf({ privateKeys: [], certificates: [] })
  await expect(none).rejects.toMatchObject({ code: 'pkcs12/malformed' })
})

test('a file with one octet changed is refused, and never otherwise than with a code', async () => {
  const file = write('ec', ['-iter', '1', '-macalg', 'sha1'])
  await fc.assert(
    fc.asyncProperty(
      fc.nat(file.length - 1),
      fc.integer({ min: 1, max: 255 }),
      async (at, bits) => {
        const changed = file.with(at, (file[at] ?? 0) ^ bits)
        const outcome = await readPkcs12(changed, PASSWORD).catch((error: unknown) => error)
        if (outcome instanceof Error) expect(isPosternError(outcome)).toBe(true)
      },
    ),
    { numRuns: 300 },
  )
})
