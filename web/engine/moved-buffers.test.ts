import { expect, test } from 'vitest'
import { buffersOf } from './moved-buffers.ts'

test('Every buffer in an answer is found once, however deep', () => {
  const shared = new Uint8Array(8)
  const deep = new Uint8Array(2)
  const answer = { list: [shared.subarray(0, 2), { deep }], again: shared, text: 'x', none: null }
  expect(buffersOf(answer)).toEqual([shared.buffer, deep.buffer])
})
