import { expect, test } from 'vitest'
import { pictureUrl, previewOf } from './media.ts'

test.each([
  ['image/png', 'picture'],
  ['text/plain', 'text'],
  ['image/svg+xml', 'none'],
  ['text/html', 'none'],
  ['application/pdf', 'none'],
] as const)('%s is shown as: %s', (mediaType, preview) => {
  expect(previewOf(mediaType, 10)).toBe(preview)
})

test('A text that is too long is only saved', () => {
  expect(previewOf('text/plain', 2_000_000)).toBe('none')
})

test('Only pictures become addresses', () => {
  expect(pictureUrl('image/gif', new Uint8Array([71, 73, 70]))).toBe('data:image/gif;base64,R0lG')
  expect(pictureUrl('image/svg+xml', new Uint8Array([60]))).toBeNull()
})
