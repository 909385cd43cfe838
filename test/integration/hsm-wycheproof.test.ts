import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deriveSharedSecret } from '#api/hsm/pkcs11/ec.ts'
import { type NamedCurve, P256, P384, P521, X25519 } from '#api/hsm/pkcs11/key-class.ts'
import type { Token } from '#api/hsm/pkcs11/token.ts'
import { recoverAesWrapped } from '#api/hsm/unwrap/aes-key-wrap.ts'
import { recoverTransported } from '#api/hsm/unwrap/key-transport.ts'
import { readOriginator } from '#api/hsm/unwrap/originator.ts'
import { hex } from '#shared/bytes.ts'
import type { Recipient } from '#shared/contract/keys.ts'
import { isPosternError } from '#shared/errors.ts'
import { ecSpki, x25519Spki } from '#shared/x509/public-key.ts'
import {
  importEcKey,
  importRsaKey,
  importX25519Key,
  openTokenHere,
} from '#test/support/imported-keys.ts'
import type { OaepHash } from '#test/support/recipient-entries.ts'
import {
  hasDecryptionVectors,
  readAesWrapGroups,
  readEcdhGroups,
  readRsaGroups,
  type RsaGroup,
} from '#test/support/wycheproof-decryption.ts'

// Wycheproof's keys in a SoftHSM token, its ciphertexts through the worker's own path (security.md H.1).

type Transport = Extract<Recipient, { kind: 'ktri' }>

const CONTENT_KEY_LENGTHS = [16, 24, 32]
const HASHES: Readonly<Record<string, OaepHash>> = {
  'SHA-1': 'sha-1',
  'SHA-256': 'sha-256',
  'SHA-384': 'sha-384',
  'SHA-512': 'sha-512',
}

let token: Token
let imported: Awaited<ReturnType<typeof openTokenHere>>

beforeAll(async () => {
  imported = await openTokenHere()
  token = imported.token
})
afterAll(() => imported.close())

const unhex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

/** What every vector of a group came to, against what it should: the list of differences is empty. */
async function differencesOf(
  group: RsaGroup,
  toEntry: (encryptedKey: Uint8Array<ArrayBuffer>) => Transport,
): Promise<string[]> {
  const key = importRsaKey(token, group.privateKeyPkcs8)
  const differences: string[] = []
  for (const { tcId, msg, ct, label = '', result } of group.tests) {
    const entry = toEntry(unhex(ct))
    const length = msg.length / 2
    const isGood = result === 'valid' && label === '' // S/MIME's OAEP has no label
    if (isGood && (await outcome(key, entry, length)) !== msg)
      differences.push(`${tcId} is refused`)
    for (const wanted of CONTENT_KEY_LENGTHS) {
      if (isGood && wanted === length) continue
      const came = await outcome(key, entry, wanted)
      if (came !== 'rejected' && came !== 'malformed')
        differences.push(`${tcId} gives ${wanted} bytes`)
    }
  }
  token.cryptoki.C_DestroyObject(token.session, key)
  return differences
}

/** The key in hexadecimal, `rejected` (answered by a substitute) or `malformed` (refused on public facts). */
async function outcome(key: Buffer, entry: Transport, length: number): Promise<string> {
  try {
    const { good, key: recovered } = await recoverTransported(token, key, entry, length)
    return good === 1 ? hex(recovered) : 'rejected'
  } catch (error) {
    if (isPosternError(error, 'request/malformed', 'hsm/unsupported')) return 'malformed'
    throw error
  }
}

describe.runIf(hasDecryptionVectors)(
  'RSA PKCS#1 v1.5: valid gives its key, invalid a substitute',
  () => {
    test.each(['2048', '3072', '4096'])(
      'of %s bits',
      async (bits) => {
        const toEntry = (encryptedKey: Uint8Array<ArrayBuffer>): Transport => ({
          kind: 'ktri',
          algorithm: 'rsa-pkcs1',
          encryptedKey,
        })
        const groups = readRsaGroups(`rsa_pkcs1_${bits}_test.json`)
        expect(groups.flatMap(({ tests }) => tests).length).toBeGreaterThan(50)
        for (const group of groups) expect(await differencesOf(group, toEntry)).toEqual([])
      },
      120_000,
    )
  },
)

describe.runIf(hasDecryptionVectors)('RSA-OAEP: valid gives its key, invalid a substitute', () => {
  const files = [
    'rsa_oaep_2048_sha1_mgf1sha1_test.json',
    'rsa_oaep_2048_sha256_mgf1sha1_test.json',
    'rsa_oaep_2048_sha256_mgf1sha256_test.json',
    'rsa_oaep_3072_sha256_mgf1sha1_test.json',
    'rsa_oaep_3072_sha256_mgf1sha256_test.json',
    'rsa_oaep_4096_sha256_mgf1sha1_test.json',
    'rsa_oaep_4096_sha256_mgf1sha256_test.json',
    'rsa_oaep_misc_test.json',
  ]
  test.each(files)(
    '%s',
    async (file) => {
      let tried = 0
      for (const group of readRsaGroups(file)) {
        const [hash, mgfHash] = [HASHES[group.sha ?? ''], HASHES[group.mgfSha ?? '']]
        const isOurSize = group.keySize >= 2048 && group.keySize <= 4096
        if (hash === undefined || mgfHash === undefined || !isOurSize) continue
        tried += group.tests.length
        const oaep = { hash, mgfHash }
        const toEntry = (encryptedKey: Uint8Array<ArrayBuffer>): Transport => ({
          kind: 'ktri',
          algorithm: 'rsa-oaep',
          oaep,
          encryptedKey,
        })
        expect(await differencesOf(group, toEntry), `${group.keySize} ${hash} ${mgfHash}`).toEqual(
          [],
        )
      }
      expect(tried).toBeGreaterThan(30)
    },
    120_000,
  )
})

describe.runIf(hasDecryptionVectors)(
  'ECDH: valid gives the secret, invalid is refused before the token',
  () => {
    const curves: readonly (readonly [NamedCurve, string])[] = [
      [P256, 'ecdh_secp256r1_ecpoint_test.json'],
      [P384, 'ecdh_secp384r1_ecpoint_test.json'],
      [P521, 'ecdh_secp521r1_ecpoint_test.json'],
    ]
    test.each(curves)(
      '$name',
      (curve, file) => {
        const tests = readEcdhGroups(file).flatMap((group) => group.tests)
        expect(tests.length).toBeGreaterThan(300)
        for (const each of tests) {
          // A compressed point is a valid one that Postern does not read: the sender's form is one and only one.
          const isOurs = each.result === 'valid' && !each.flags.includes('CompressedPoint')
          expect(agree(curve, each.private, each.public), `test ${each.tcId}`).toBe(
            isOurs ? each.shared : 'malformed',
          )
        }
      },
      60_000,
    )
  },
)

function agree(curve: NamedCurve, scalar: string, point: string): string {
  const originator = ecSpki(curve.name, unhex(point))
  try {
    const checked = readOriginator(originator, curve)
    const key = importEcKey(token, curve, scalar)
    const secret = deriveSharedSecret(token, key, curve, checked)
    token.cryptoki.C_DestroyObject(token.session, key)
    return hex(secret)
  } catch (error) {
    if (isPosternError(error, 'request/malformed')) return 'malformed'
    throw error
  }
}

test.runIf(hasDecryptionVectors)(
  'X25519: gives the secret, and points of low order never reach the token',
  () => {
    const tests = readEcdhGroups('x25519_test.json').flatMap((group) => group.tests)
    expect(tests.length).toBeGreaterThan(300)
    for (const { tcId, private: scalar, public: point, shared } of tests) {
      const isZero = /^0+$/.test(shared) // Wycheproof calls these acceptable, RFC 7748 §6.1 refuses them
      expect(agreeX25519(scalar, point), `test ${tcId}`).toBe(isZero ? 'malformed' : shared)
    }
  },
  60_000,
)

function agreeX25519(scalar: string, point: string): string {
  try {
    const checked = readOriginator(x25519Spki(unhex(point)), X25519)
    const key = importX25519Key(token, X25519, scalar)
    const secret = deriveSharedSecret(token, key, X25519, checked)
    token.cryptoki.C_DestroyObject(token.session, key)
    return hex(secret)
  } catch (error) {
    if (isPosternError(error, 'request/malformed')) return 'malformed'
    throw error
  }
}

test.runIf(hasDecryptionVectors)('AES key wrap: valid gives the key, invalid is not good', () => {
  let tried = 0
  for (const { tests } of readAesWrapGroups('aes_wrap_test.json')) {
    for (const { tcId, key, msg, ct, result } of tests) {
      const wrapped = unhex(ct)
      if (wrapped.length % 8 !== 0 || wrapped.length < 24 || wrapped.length > 40) continue
      tried++
      const recovered = recoverAesWrapped(unhex(key), wrapped)
      expect(recovered.good === 1 ? hex(recovered.key) : 'rejected', `test ${tcId}`).toBe(
        result === 'valid' ? msg : 'rejected',
      )
    }
  }
  expect(tried).toBeGreaterThan(100)
})
