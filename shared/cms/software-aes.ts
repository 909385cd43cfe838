/** AES without WebCrypto, for keys that an engine lacks. Loaded when one comes. */
import { aeskwp, cbc, ctr, gcm } from '@noble/ciphers/aes.js'
import type { Bytes } from '../bytes.ts'
import type { AesParameters } from './aes-parameters.ts'

const TAG_BYTES = 16 // of the full tag; a message may carry its first 12 octets or more

/** The same as `runAes`; throws `Error` on a wrong padding or tag. */
export function runSoftwareAes(
  use: 'encrypt' | 'decrypt',
  parameters: AesParameters,
  key: Bytes,
  input: Bytes,
): Bytes {
  switch (parameters.name) {
    case 'AES-CBC':
      return owned(cbc(key, parameters.iv)[use](input))
    case 'AES-CTR':
      return owned(ctr(key, parameters.counter)[use](input))
    case 'AES-GCM':
      return use === 'encrypt'
        ? encryptGcm(parameters, key, input)
        : decryptGcm(parameters, key, input)
  }
}

/** AES key wrap with padding (RFC 5649), for what is no whole number of blocks. */
export function wrapPadded(kek: Bytes, key: Bytes): Bytes {
  return owned(aeskwp(kek).encrypt(key))
}

/** The library types its results loosely; they are fresh arrays. */
function owned(bytes: Uint8Array): Bytes {
  return bytes as Bytes
}

type GcmParameters = Extract<AesParameters, { name: 'AES-GCM' }>

function encryptGcm(parameters: GcmParameters, key: Bytes, plaintext: Bytes): Bytes {
  const sealed = gcm(key, parameters.iv, parameters.additionalData).encrypt(plaintext)
  return owned(sealed).subarray(0, plaintext.length + parameters.tagLength / 8)
}

/** With a shortened tag, which the library does not take: the keystream undoes itself, then the tag is made anew. */
function decryptGcm(parameters: GcmParameters, key: Bytes, input: Bytes): Bytes {
  const tagBytes = parameters.tagLength / 8
  const length = input.length - tagBytes
  if (length < 0) throw new Error('shorter than the tag')
  const { iv, additionalData } = parameters
  if (tagBytes === TAG_BYTES) return owned(gcm(key, iv, additionalData).decrypt(input))
  const plaintext = owned(gcm(key, iv).encrypt(input.subarray(0, length))).subarray(0, length)
  const again = encryptGcm(parameters, key, plaintext)
  const wrong = again.reduce((bits, byte, at) => bits | (byte ^ (input[at] ?? 0)), 0)
  if (wrong !== 0) throw new Error('wrong tag')
  return plaintext
}
