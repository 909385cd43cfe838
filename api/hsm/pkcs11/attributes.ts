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

/** One attribute of an object, or null when the token does not give it. */
export function readAttribute(
  cryptoki: PKCS11,
  session: Handle,
  object: Handle,
  type: number,
): Buffer | null {
  let read: AttributeResult | undefined
  try {
    read = cryptoki.C_GetAttributeValue(session, object, [{ type }])[0]
  } catch {
    return null
  }
  return read?.value ?? null
}

/** The types of those attributes that the object does not have exactly as expected. */
export function differences(
  cryptoki: PKCS11,
  session: Handle,
  object: Handle,
  expected: readonly TokenAttribute[],
): number[] {
  const types = expected.map(({ type }) => type)
  const values = readAtOnce(cryptoki, session, object, types)
  return expected
    .filter(({ type, value }, at) => {
      const read = values === null ? readAttribute(cryptoki, session, object, type) : values[at]
      return !read?.equals(value)
    })
    .map(({ type }) => type)
}

/** All of these in one call, in order, or null when one of them is refused: which one, the call does not say. */
function readAtOnce(
  cryptoki: PKCS11,
  session: Handle,
  object: Handle,
  types: readonly number[],
): Buffer[] | null {
  try {
    const asked = types.map((type) => ({ type }))
    return cryptoki.C_GetAttributeValue(session, object, asked).map(({ value }) => value)
  } catch {
    return null
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
