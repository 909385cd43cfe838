import { expect, test } from 'vitest'
import { PosternError } from '#shared/errors.ts'
import { connect, type Handlers } from './rpc.ts'

type Near = { double: { params: number; result: number } }
type Far = { sum: { params: readonly number[]; result: number } }

function joined(near: Handlers<Near>, far: Handlers<Far>) {
  const { port1, port2 } = new MessageChannel()
  const toFar = connect<Far, Near>(port1, near)
  const toNear = connect<Near, Far>(port2, far)
  port1.start()
  port2.start()
  return { toFar, toNear }
}

const near: Handlers<Near> = { double: (value) => Promise.resolve(2 * value) }
const far: Handlers<Far> = {
  sum: (values) => Promise.resolve(values.reduce((sum, value) => sum + value, 0)),
}

test('Each side calls the other, many calls at once', async () => {
  const { toFar, toNear } = joined(near, far)
  const answers = await Promise.all([
    toFar.call('sum', [1, 2, 3]),
    toNear.call('double', 21),
    toFar.call('sum', []),
  ])
  expect(answers).toEqual([6, 42, 0])
})

test('An error of ours arrives with its code and its time to wait', async () => {
  const refusing: Handlers<Far> = {
    sum: () => Promise.reject(new PosternError('quota/exceeded', 'Enough.', { retryAfter: 7 })),
  }
  const { toFar } = joined(near, refusing)
  await expect(toFar.call('sum', [])).rejects.toMatchObject({
    name: 'PosternError',
    code: 'quota/exceeded',
    message: 'Enough.',
    retryAfter: 7,
  })
})
