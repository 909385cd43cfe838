import { expect, test } from 'vitest'
import { wordsOfHtml } from './html-words.ts'

test('Words stay, with their lines; markup, styles and scripts go', () => {
  const html =
    '<html><head><title>T</title></head><style>p{}</style><p>One &amp; two</p><p>three<br>four</p><script>x()</script>'
  expect(wordsOfHtml(html)).toBe('One & two\nthree\nfour')
})

test('Character references are decoded once', () => {
  expect(wordsOfHtml('&lt;b&gt; &#228; &#x20ac; &amp;lt; &unknown;')).toBe('<b> ä € &lt; &unknown;')
})

test('An unfinished comment or script hides the rest instead of showing it', () => {
  expect(wordsOfHtml('shown<!-- hidden <p>too</p>')).toBe('shown')
  expect(wordsOfHtml('shown<script>hidden()')).toBe('shown')
})

test.each(['<', '<br ', '<!--', '<script', '<p>', '</p >', '<style></style>'])(
  'Half a megabyte of “%s” is read in one pass',
  (piece) => {
    const words = wordsOfHtml(`shown ${piece.repeat(400_000 / piece.length)}`)
    expect(words.startsWith('shown')).toBe(true)
  },
)

test('A sign that opens no tag stays, and what follows a hidden element too', () => {
  expect(wordsOfHtml('<p>2 < 3')).toBe('2 < 3')
  expect(wordsOfHtml('<STYLE>p{}</STYLE >a<br>  b<!-- c -->d')).toBe('a\nbd')
})
