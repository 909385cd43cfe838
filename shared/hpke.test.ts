import { describe, expect, test } from 'vitest'
import { utf8 } from './bytes.ts'
import { createSessionKey, sealContentKey } from './hpke.ts'

const contentKey = crypto.getRandomValues(new Uint8Array(32))
const context = utf8('session\nkey\ndigest\noperation')

describe('a content key sealed to a session', () => {
  test('opens for that session and context', async () => {
    const session = await createSessionKey()
    const answer = await sealContentKey({ sealTo: session.publicKey, contentKey, context })
    expect(answer.enc).toHaveLength(65)
    expect(answer.sealed).toHaveLength(contentKey.length + 16)
    expect(await session.open({ ...answer, context })).toEqual(contentKey)
  })

  test('is different each time it is sealed', async () => {
    const { publicKey: sealTo } = await createSessionKey()
    const first = await sealContentKey({ sealTo, contentKey, context })
    const second = await sealContentKey({ sealTo, contentKey, context })
    expect(first.enc).not.toEqual(second.enc)
    expect(first.sealed).not.toEqual(second.sealed)
  })

  test('does not open in another session', async () => {
    const [session, other] = [await createSessionKey(), await createSessionKey()]
    const answer = await sealContentKey({ sealTo: session.publicKey, contentKey, context })
    await expect(other.open({ ...answer, context })).rejects.toMatchObject({
      code: 'network/bad-answer',
    })
  })

  test('does not open in another context, nor when a bit was changed', async () => {
    const session = await createSessionKey()
    const answer = await sealContentKey({ sealTo: session.publicKey, contentKey, context })
    const moved = { ...answer, context: utf8('session\nkey\ndigest\nanother operation') }
    const changed = {
      ...answer,
      sealed: answer.sealed.with(0, (answer.sealed[0] ?? 0) ^ 1),
      context,
    }
    await expect(session.open(moved)).rejects.toMatchObject({ code: 'network/bad-answer' })
    await expect(session.open(changed)).rejects.toMatchObject({ code: 'network/bad-answer' })
  })
})

test('a key that is no point of P-256 is refused', async () => {
  const { publicKey } = await createSessionKey()
  const hostile = [
    new Uint8Array(65),
    publicKey.slice(0, 64),
    publicKey.with(64, (publicKey[64] ?? 0) ^ 1),
    publicKey.with(0, 5),
  ]
  for (const sealTo of hostile) {
    await expect(sealContentKey({ sealTo, contentKey, context })).rejects.toMatchObject({
      code: 'request/malformed',
    })
  }
})
