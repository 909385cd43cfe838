import { describe, expect, it } from 'vitest'
import { composeContent, renderPart } from './compose.ts'
import { textField } from './fields.ts'
import { headerText, parseHeaders } from './headers.ts'
import { utf8 } from '../bytes.ts'
import { declaredName, decodedBody, parseEntity } from './parse.ts'

const FILES = [
  {
    name: 'Übersicht.bin',
    mediaType: 'application/x-thing',
    bytes: crypto.getRandomValues(new Uint8Array(5000)),
  },
]

describe('composeContent', () => {
  it('writes what the parser reads back, in lines that no relay touches', () => {
    const bytes = renderPart(composeContent('Grüße\n\nFrom me \n', '<p>Grüße</p>', FILES), [
      'Subject: x',
    ])
    const raw = new TextDecoder().decode(bytes)
    expect(raw.split('\r\n').every((line) => /^(?:[\t -~]{0,75}[!-~])?$/.test(line))).toBe(true)

    const entity = parseEntity(bytes)
    const [alternative, file] = entity.parts
    const [plain, html] = alternative!.parts
    expect(new TextDecoder().decode(decodedBody(plain!))).toBe('Grüße\r\n\r\nFrom me \r\n\r\n')
    expect(html!.contentType.value).toBe('text/html')
    expect(declaredName(file!)).toBe('Übersicht.bin')
    expect(decodedBody(file!)).toEqual(FILES[0]!.bytes)
  })

  it('does not let a message be attached as base64 under its own type', () => {
    const bytes = renderPart(
      composeContent('x', undefined, [{ ...FILES[0]!, mediaType: 'message/rfc822' }]),
    )
    expect(parseEntity(bytes).parts[1]!.contentType.value).toBe('application/octet-stream')
  })
})

describe('textField', () => {
  it.each([
    'short',
    'word '.repeat(60).trim(),
    'Grüße '.repeat(40).trim(),
    'x'.repeat(2000),
    'a =?b',
    'two  blanks',
  ])('writes %.20s so that it reads back, in short lines', (subject) => {
    const field = textField('Subject', subject)
    expect(field.split('\r\n').every((line) => line.length <= 90)).toBe(true)
    expect(headerText(parseHeaders(utf8(field + '\r\n\r\n')), 'subject')).toBe(
      subject.replace(/ {2}/g, ' '),
    )
  })
})
