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
