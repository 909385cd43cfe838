import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { expect, test } from '@playwright/test'
import { decodeBase64 } from '#shared/mime/base64-body.ts'

const LONG = `${'QUJD'.repeat(19)}\r\n`.repeat(8000) // more than is given to the engine at once

const BODIES = [
  '',
  ' \r\n',
  'aGVsbG8=',
  'aGVsbG8', // no padding
  'aGVsbG8hQ', // a lone digit at the end
  'aA=', // half a padding
  'aGk=aGk=', // more behind the padding
  'aG\r\n k*=x\nabc', // other characters between
  'aGl=', // bits left over
  'aGé\ufeffVs',
  `${LONG}aGk=\r\n`,
  `a${LONG}`, // the pieces do not end where groups do
  `${LONG.slice(0, -4)}=\r\n${LONG}`,
  `${'QUJD'.repeat(16383)}aA==${LONG}`, // padded where the first piece ends
  `${LONG}-- \r\n${LONG}`,
  `${LONG}${' '.repeat(200_000)}${LONG}`,
]

test('Base64 is decoded alike by the decoder of the browser and without it', async ({ page }) => {
  const path = new URL('../../shared/mime/base64-body.ts', import.meta.url)
  const source = stripTypeScriptTypes(readFileSync(path, 'utf8')).replaceAll('export ', '')
  const decoded = await page.evaluate<string[]>(`(async () => {
    if (Uint8Array.prototype.setFromBase64 === undefined) throw new Error('no decoder in this browser')
    ${source}
    const text = new TextDecoder('latin1')
    return ${JSON.stringify(BODIES)}.map((body) => text.decode(decodeBase64(new TextEncoder().encode(body))))
  })()`)
  expect('setFromBase64' in Uint8Array.prototype, 'Node decodes by hand').toBe(false)
  const text = new TextDecoder('latin1')
  const byHand = BODIES.map((body) => text.decode(decodeBase64(new TextEncoder().encode(body))))
  expect(decoded).toEqual(byHand)
})
