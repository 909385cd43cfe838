import { expect, test } from 'vitest'
import { safeFileName } from './save-file.ts'

test.each([
  ['../../etc/passwd', '_.._etc_passwd'],
  ['C:\\boot.ini', 'C__boot.ini'],
  ['report\u202Efdp.exe', 'reportfdp.exe'],
  ['line\r\nbreak.txt', 'linebreak.txt'],
  ['  .hidden ', 'hidden'],
  ['...', 'unnamed'],
  ['', 'unnamed'],
  ['Übergabe März.pdf', 'Übergabe März.pdf'],
])('“%s” is saved as “%s”', (name, safe) => {
  expect(safeFileName(name)).toBe(safe)
})

test('A very long name keeps its end, where the type is', () => {
  expect(safeFileName(`${'x'.repeat(500)}.pdf`)).toMatch(/^x{116}\.pdf$/)
})
