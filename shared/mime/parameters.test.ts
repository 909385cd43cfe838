import { describe, expect, it } from 'vitest'
import { safeAttachmentName } from './attachment-name.ts'
import { parameterizedField } from './fields.ts'
import { parseParameterized } from './parameters.ts'
import { growth } from '#test/support/growth.ts'

describe('parseParameterized', () => {
  it.each([
    ['text/plain; charset=utf-8', 'charset', 'utf-8'],
    ['Text/Plain (comment); CHARSET = "utf-8" (more)', 'charset', 'utf-8'],
    ['a/b; name="semi;colon \\"quoted\\""', 'name', 'semi;colon "quoted"'],
    ["attachment; filename*=UTF-8''%e2%82%ac%20rates", 'filename', '€ rates'],
    ["a; n*0*=utf-8''%c3; n*1*=%a9; n*2=x", 'n', 'éx'],
    ['a; n*1="two"; n*0="one "', 'n', 'one two'],
    ["a; filename=plain.txt; filename*=utf-8''better.txt", 'filename', 'better.txt'],
    ['a; name="=?utf-8?B?w6k=?="', 'name', 'é'],
    ['a; name=first; name=second', 'name', 'first'],
    ['a; name="open', 'name', 'open'],
    ['a; name=two words', 'name', 'two words'],
  ])('reads %s', (field, name, expected) => {
    expect(parseParameterized(field).parameters.get(name)).toBe(expected)
  })

  it('cuts off a parameter that is longer than any name', () => {
    const { parameters } = parseParameterized(
      `a/b; x="${'x'.repeat(100_000)}"; y=${'y'.repeat(8192)}`,
    )
    expect(parameters.get('x')).toBe('x'.repeat(8192))
    expect(parameters.get('y')).toBe('y'.repeat(8192))
  })

  it('is not slowed down by what a mail may hold', () => {
    for (const unit of ['"\\', '(', ';', '; a=', '; a="', ';a*0*=', '\\"']) {
      const parse = (times: number) => {
        parseParameterized('a/b; x="' + unit.repeat(times))
        parseParameterized(unit.repeat(times))
      }
      expect(growth(parse, 15_000, 32), unit).toBeLessThan(32)
    }
  })

  it.each([
    'plain.txt',
    'with "quotes" \\.txt',
    'Übersicht für März.pdf',
    'x'.repeat(200),
    "l'été*.txt",
  ])('reads back the name %s that was written', (name) => {
    const field = parameterizedField('Content-Disposition', 'attachment', { filename: name })
    expect(field.split('\r\n').every((line) => line.length <= 78 && /^[ -~]*$/.test(line))).toBe(
      true,
    )
    const value = field.replaceAll('\r\n', '').slice('Content-Disposition: '.length)
    expect(parseParameterized(value).parameters.get('filename')).toBe(name)
  })
})

describe('safeAttachmentName', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\x.exe', 'x.exe'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['a\r\nb\u0000.txt', 'a b.txt'],
    ['.htaccess', 'htaccess'],
    ['...', 'part'],
    [null, 'part'],
    ['a<b>|c?.txt', 'a_b__c_.txt'],
  ])('makes %j harmless', (name, expected) => {
    expect(safeAttachmentName(name, 'part')).toBe(expected)
  })

  it('keeps the ending of a long name', () => {
    expect(safeAttachmentName('n'.repeat(300) + '.pdf', 'part')).toMatch(/^n{116}\.pdf$/)
  })
})
