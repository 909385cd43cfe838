import { expect, test } from 'vitest'
import { looksLikeMessage } from './pasted.ts'

test.each([
  'From: bob@example.com\r\nSubject: Hi\r\n\r\nText',
  'Received: by x\n\tfor y\nFrom: bob@example.com\n\nText',
  '-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----',
])('A pasted message is known by its beginning', (text) => {
  expect(looksLikeMessage(text)).toBe(true)
})

test.each([
  'Hello: world',
  'just words',
  '',
  'https://example.com/a\nhttps://example.com/b',
  '{"a": 1}',
])('“%s” is not taken for a message', (text) => {
  expect(looksLikeMessage(text)).toBe(false)
})
