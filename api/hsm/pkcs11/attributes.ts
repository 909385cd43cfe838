import pkcs11 from 'pkcs11js'
import type { AttributeResult, Handle, PKCS11 } from 'pkcs11js'

/** An attribute's type (CKA_…) and its value as the token stores it. */
export type TokenAttribute = { readonly type: number; readonly value: Buffer }

const ULONG_BYTES = process.platform === 'win32' ? 4 : 8 // CK_ULONG is the platform's `unsigned long`

/** CK_BBOOL. */
export function flag(type: number, value: boolean): TokenAttribute {
  return { type, value: Buffer.from([value ? 1 : 0]) }
}

/** One CK_ULONG, or an array of them (CKA_ALLOWED_MECHANISMS), in the machine's own byte order. */
export function ulongs(type: number, ...values: readonly number[]): TokenAttribute {
  const bytes = Buffer.alloc(ULONG_BYTES * values.length)
  values.forEach((value, index) => bytes.writeUIntLE(value, index * ULONG_BYTES, 4))
  return { type, value: bytes }
}

export function text(type: number, value: string): TokenAttribute {
  return { type, value: Buffer.from(value, 'utf8') }
}

export function bytes(type: number, value: Uint8Array): TokenAttribute {
  return { type, value: Buffer.from(value) }
}

/**
 * One attribute of an object, or null when the token does not give it.
 * @param room bytes, where the length is known: a longer value is then not given
 */
export function readAttribute(
  cryptoki: PKCS11,
  session: Handle,
  object: Handle,
  type: number,
  room?: number,
): Buffer | null {
  let read: AttributeResult | undefined
  try {
    const asked = room === undefined ? { type } : { type, value: Buffer.alloc(room) }
    read = cryptoki.C_GetAttributeValue(session, object, [asked])[0]
  } catch (error) {
    if (isRefusal(error)) return null
    throw error // a token that is gone has not hidden anything
  }
  return read?.value ?? null
}

/** PKCS#11 2.40 §5.7, C_GetAttributeValue: what is said of the attribute, not of the token. */
const REFUSALS: readonly number[] = [
  pkcs11.CKR_ATTRIBUTE_SENSITIVE,
  pkcs11.CKR_ATTRIBUTE_TYPE_INVALID,
  pkcs11.CKR_BUFFER_TOO_SMALL,
]

function isRefusal(error: unknown): boolean {
  return error instanceof pkcs11.Pkcs11Error && REFUSALS.includes(error.code)
}

/**
 * The types of those attributes that the object does not have exactly as expected. The expected lengths are asked
 * for, and no others: p11-kit cannot be asked how long an array of mechanisms is, and it saves a way to the token.
 */
export function differences(
  cryptoki: PKCS11,
  session: Handle,
  object: Handle,
  expected: readonly TokenAttribute[],
): number[] {
  const values = readAtOnce(cryptoki, session, object, expected)
  return expected
    .filter(({ type, value }, at) => {
      const read =
        values === null ? readAttribute(cryptoki, session, object, type, value.length) : values[at]
      return !read?.equals(value)
    })
    .map(({ type }) => type)
}

/** All of these in one call, in order, or null when one of them is refused: which one, the call does not say. */
function readAtOnce(
  cryptoki: PKCS11,
  session: Handle,
  object: Handle,
  expected: readonly TokenAttribute[],
): Buffer[] | null {
  try {
    const asked = expected.map(({ type, value }) => ({ type, value: Buffer.alloc(value.length) }))
    return cryptoki.C_GetAttributeValue(session, object, asked).map(({ value }) => value)
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}

const BATCH = 100 // handles fetched per call

/** Every object that has all these attributes. */
export function findObjects(
  cryptoki: PKCS11,
  session: Handle,
  having: readonly TokenAttribute[],
): Handle[] {
  const found: Handle[] = []
  cryptoki.C_FindObjectsInit(session, [...having])
  try {
    let batch: Handle[]
    do {
      batch = cryptoki.C_FindObjects(session, BATCH)
      found.push(...batch)
    } while (batch.length > 0)
  } finally {
    cryptoki.C_FindObjectsFinal(session)
  }
  return found
}
