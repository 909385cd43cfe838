/** AES-CCM (RFC 3610) of the two modes that it is made of, both of which WebCrypto has: CTR and CBC. */
import { type Bytes, concat } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { runAes } from './aes.ts'
import { BLOCK, sameTag, toBlocks } from './blocks.ts'

type Sealed = {
  readonly key: Bytes
  /** 7 to 13 octets. */
  readonly nonce: Bytes
  readonly aad: Bytes
  /** An even number of octets, 4 to 16. */
  readonly tag: Bytes
  readonly ciphertext: Bytes
}

/**
 * Decrypts, and gives nothing unless the tag holds.
 * @throws PosternError `content/damaged` when it does not
 */
export async function decryptCcm({ key, nonce, aad, tag, ciphertext }: Sealed): Promise<Bytes> {
  const counting = BLOCK - 1 - nonce.length // octets of the counter, and of the length (§2.1)
  if (ciphertext.length >= 2 ** (8 * counting)) throw damaged()
  const counter = concat(Uint8Array.of(counting - 1), nonce, new Uint8Array(counting))
  const stream = { name: 'AES-CTR', counter, length: 8 * counting } as const
  const sealed = concat(toBlocks(tag), ciphertext) // the tag takes the first block of the keystream (§2.3)
  const opened = await runAes('decrypt', stream, key, sealed)
  const content = opened.subarray(BLOCK)
  const expected = await authenticate(key, formatted(nonce, aad, tag.length, content))
  if (!sameTag(opened.subarray(0, tag.length), expected.subarray(0, tag.length))) throw damaged()
  return content
}

/** What is authenticated: the first block, the additional data behind its length, the content (§2.2). */
function formatted(nonce: Bytes, aad: Bytes, tagBytes: number, content: Bytes): Bytes {
  const counting = BLOCK - 1 - nonce.length
  const flags = (aad.length > 0 ? 64 : 0) + ((tagBytes - 2) / 2) * 8 + (counting - 1)
  const first = concat(Uint8Array.of(flags), nonce, bigEndian(content.length, counting))
  const beside = aad.length === 0 ? aad : toBlocks(concat(lengthOf(aad), aad))
  return concat(first, beside, toBlocks(content))
}

function lengthOf({ length }: Bytes): Bytes {
  return length < 0xff00
    ? bigEndian(length, 2)
    : concat(Uint8Array.of(0xff, 0xfe), bigEndian(length, 4))
}

/** CBC-MAC: the last block of the ciphertext, before the block that WebCrypto pads with. */
async function authenticate(key: Bytes, blocks: Bytes): Promise<Bytes> {
  const parameters = { name: 'AES-CBC', iv: new Uint8Array(BLOCK) } as const
  const chained = await runAes('encrypt', parameters, key, blocks)
  return chained.subarray(-2 * BLOCK, -BLOCK)
}

function bigEndian(value: number, octets: number): Bytes {
  const bytes = new Uint8Array(octets)
  let rest = value
  for (let at = octets - 1; at >= 0; at--) {
    bytes[at] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return bytes
}

function damaged(): PosternError {
  return new PosternError('content/damaged', 'The content cannot be decrypted.')
}
