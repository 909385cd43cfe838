import pkcs11 from 'pkcs11js'
import type { Handle, PKCS11 } from 'pkcs11js'
import { expect, test } from 'vitest'
import { decryptRaw } from './rsa.ts'
import { SessionPool } from './session-pool.ts'
import type { Token } from './token.ts'

const HANDLE: Handle = Buffer.alloc(8)
const BLOCK = new Uint8Array(256).fill(7)

/** A token that answers every decryption in this way. */
function tokenThat(decrypts: (output: Buffer) => Promise<Buffer>): Token {
  const cryptoki = {
    C_DecryptInit: () => undefined,
    C_DecryptAsync: (_session: Handle, _input: Buffer, output: Buffer) => decrypts(output),
  } as unknown as PKCS11
  return { cryptoki, slot: HANDLE, session: HANDLE, pool: new SessionPool([HANDLE]) }
}

test.each([256, 255, 254, 100, 1, 0])(
  'a token that gives the last %i bytes of a block only is understood like one that gives all',
  async (length) => {
    const token = tokenThat((output) => Promise.resolve(output.fill(9).subarray(0, length)))
    const block = await decryptRaw(token, HANDLE, BLOCK)
    expect(block).toEqual(Buffer.concat([Buffer.alloc(256 - length), Buffer.alloc(length, 9)]))
  },
)

test('what a token stripped is not left in memory', async () => {
  let output: Buffer = Buffer.alloc(0)
  const token = tokenThat((given) => Promise.resolve((output = given).fill(9).subarray(1)))
  await decryptRaw(token, HANDLE, BLOCK)
  expect(output).toEqual(Buffer.alloc(256))
})

test.each([
  pkcs11.CKR_ENCRYPTED_DATA_INVALID,
  pkcs11.CKR_ENCRYPTED_DATA_LEN_RANGE,
  pkcs11.CKR_BUFFER_TOO_SMALL,
  pkcs11.CKR_GENERAL_ERROR,
  pkcs11.CKR_MECHANISM_INVALID,
])('a token that refuses to decrypt (%i) is lost, whatever its reason', async (reason) => {
  const token = tokenThat(() =>
    Promise.reject(new pkcs11.Pkcs11Error('refused', reason, 'C_Decrypt')),
  )
  await expect(decryptRaw(token, HANDLE, BLOCK)).rejects.toMatchObject({ code: 'hsm/unavailable' })
})
