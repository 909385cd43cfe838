import { createCipheriv, randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { concat, utf8 } from '#shared/bytes.ts'
import type { AesParameters } from './aes-parameters.ts'
import { runAes } from './aes.ts'

const CONTENT = utf8('Where one engine lacks a key length, another hand does it.\r\n'.repeat(99))
const key = new Uint8Array(randomBytes(24))
const iv = new Uint8Array(randomBytes(16))
const additionalData = utf8('beside it')

/** Refuses keys of 192 bits, in Chromium's words. */
function likeChromium() {
  const { subtle } = crypto
  const importKey = subtle.importKey.bind(subtle)
  return vi.spyOn(subtle, 'importKey').mockImplementation((...args: unknown[]) => {
    const raw = args[1] as Uint8Array
    if (raw.length === 24) {
      const reason = '192-bit AES keys are not supported'
      return Promise.reject(new DOMException(reason, 'OperationError'))
    }
    return importKey(...(args as Parameters<typeof importKey>))
  })
}
afterEach(() => vi.restoreAllMocks())

const MODES: [string, AesParameters][] = [
  ['CBC', { name: 'AES-CBC', iv }],
  ['GCM', { name: 'AES-GCM', iv: iv.subarray(0, 12), tagLength: 128, additionalData }],
  ['GCM, short tag', { name: 'AES-GCM', iv: iv.subarray(0, 12), tagLength: 96, additionalData }],
  ['GCM, long nonce', { name: 'AES-GCM', iv, tagLength: 104, additionalData }],
]

describe('AES-192 in an engine without it', () => {
  it.each(MODES)('is what an engine with it does: %s', async (_name, parameters) => {
    const here = await runAes('encrypt', parameters, key, CONTENT)
    const refused = likeChromium()
    expect(await runAes('encrypt', parameters, key, CONTENT)).toEqual(here)
    expect(await runAes('decrypt', parameters, key, here)).toEqual(CONTENT)
    expect(refused).toHaveBeenCalledTimes(2)
  })

  it.each(MODES.slice(1))('notices a changed octet anywhere: %s', async (_name, parameters) => {
    const sealed = await runAes('encrypt', parameters, key, CONTENT)
    likeChromium()
    for (const at of [0, CONTENT.length - 1, CONTENT.length, sealed.length - 1]) {
      const changed = concat(sealed)
      changed[at]! ^= 1
      await expect(runAes('decrypt', parameters, key, changed)).rejects.toThrow()
    }
    await expect(runAes('decrypt', parameters, key, new Uint8Array(3))).rejects.toThrow()
  })

  it('refuses a wrong padding', async () => {
    likeChromium()
    const cipher = createCipheriv('aes-192-cbc', key, iv).setAutoPadding(false)
    const unpadded = new Uint8Array(
      Buffer.concat([cipher.update(Buffer.alloc(32)), cipher.final()]),
    )
    await expect(runAes('decrypt', { name: 'AES-CBC', iv }, key, unpadded)).rejects.toThrow()
  })

  it('is no excuse for a key of another length', async () => {
    const short = runAes('decrypt', { name: 'AES-CBC', iv }, new Uint8Array(5), CONTENT)
    await expect(short).rejects.toThrow()
  })
})
