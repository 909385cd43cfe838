import { expect, test } from 'vitest'
import { textPieces } from './text-links.ts'

test('A web address in plain text becomes a link whose text is the address', () => {
  expect(textPieces('See https://example.com/menu. Bye')).toEqual([
    { text: 'See ', href: null },
    { text: 'https://example.com/menu', href: 'https://example.com/menu' },
    { text: '. Bye', href: null },
  ])
})

test.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'no link at all', ''])(
  'Nothing in “%s” becomes a link',
  (text) => {
    expect(textPieces(text).filter(({ href }) => href !== null)).toEqual([])
  },
)

test('The pieces put together are the text, whatever it holds', () => {
  const text = '(https://a.example/x) <http://b.example> "https://c.example/?q=1", https://'
  expect(
    textPieces(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text)
})
