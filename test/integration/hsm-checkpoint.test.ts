import { createHash, verify } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Checkpoint, encodeCheckpoint } from '#shared/contract/checkpoint.ts'
import { hasPkcs11Tool, listObjects, pkcs11Tool } from '#test/support/pkcs11-tool.ts'
import { createSoftToken, type SoftToken } from '#test/support/soft-token.ts'
import { startTestHsm, toPublicKey } from '#test/support/test-hsm.ts'

const hasTool = await hasPkcs11Tool()

let token: SoftToken
beforeEach(async () => {
  token = await createSoftToken()
})
afterEach(() => token.remove())

const checkpoint: Checkpoint = {
  number: 7,
  writer: 'W',
  sequence: 41,
  hash: 'ab'.repeat(32),
  at: '2025-03-01T09:00:00.000Z',
  previous: 'cd'.repeat(32),
}

test('a checkpoint is signed by a key that stays the same, over the encoding that was fixed', async () => {
  const first = await startTestHsm(token)
  const one = await first.signCheckpoint(checkpoint)
  await first.close()
  const second = await startTestHsm(token)
  const { spki, signature } = await second.signCheckpoint(checkpoint)
  await second.close()
  expect(spki).toEqual(one.spki)
  const key = createHash('sha256').update(spki).digest('hex')
  const signed = encodeCheckpoint(checkpoint, key)
  expect(verify('sha256', signed, toPublicKey(spki), signature)).toBe(true)
  expect(new TextDecoder().decode(signed)).toBe(
    `["postern/checkpoint/v1",7,"W",41,"${'ab'.repeat(32)}","2025-03-01T09:00:00.000Z","${'cd'.repeat(32)}","${key}"]`,
  )
})

test.runIf(hasTool)('the key signs, and can do nothing else', async () => {
  const objects = await listObjects(token)
  const pair = objects.filter(({ label }) => label === 'postern/system/audit')
  expect(pair.map(({ kind, usage }) => [kind.split(' ')[0], usage])).toEqual(
    expect.arrayContaining([
      ['Private', ['sign']],
      ['Public', []],
    ]),
  )
  const privateHalf = pair.find(({ kind }) => kind.startsWith('Private'))
  expect(privateHalf?.mechanisms).toEqual(['ECDSA'])
  expect(privateHalf?.access).toContain('never extractable')
})

test.runIf(hasTool)('without the key, checkpoints are refused and all else goes on', async () => {
  await pkcs11Tool(token, '--delete-object', '--type', 'privkey', '--label', 'postern/system/audit')
  const hsm = await startTestHsm(token)
  await expect(hsm.signCheckpoint(checkpoint)).rejects.toMatchObject({ code: 'token/broken' })
  expect(await hsm.keyedHash(new Uint8Array(3))).toHaveLength(32)
  await hsm.close()
})
