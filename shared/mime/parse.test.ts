import { describe, expect, it } from 'vitest'
import { type Bytes, concat, utf8 } from '../bytes.ts'
import { MIME_LIMITS } from './limits.ts'
import { decodedBody, type Entity, parseEntity } from './parse.ts'
import { growth } from '#test/support/growth.ts'

const text = (bytes: Bytes) => new TextDecoder().decode(bytes)
const shape = (entity: Entity): unknown =>
  entity.parts.length === 0
    ? entity.contentType.value
    : [entity.contentType.value, ...entity.parts.map(shape)]
const lines = (...all: string[]) => utf8(all.join('\r\n'))
const limited: unknown = expect.objectContaining({ code: 'mime/limit' })

describe('parseEntity', () => {
  it('finds the parts of a multipart as windows on the message', () => {
    const bytes = lines(
      'Content-Type: multipart/mixed; boundary="b 1"',
      '',
      'preamble',
      '--b 1',
      '',
      'first',
      '--b 1  ',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      'PGI+aGk8L2I+',
      '--b 1--',
      'epilogue',
    )
    const entity = parseEntity(bytes)
    expect(shape(entity)).toEqual(['multipart/mixed', 'text/plain', 'text/html'])
    expect(entity.parts.map((part) => text(decodedBody(part)))).toEqual(['first', '<b>hi</b>'])
    expect(entity.parts.every((part) => part.raw.buffer === bytes.buffer)).toBe(true)
    expect(text(entity.parts[0]!.raw)).toBe('\r\nfirst')
  })

  it('is not misled by a line that only starts like a delimiter, or by the boundary of an inner part', () => {
    const bytes = lines(
      'Content-Type: multipart/mixed; boundary=a',
      '',
      '--a',
      'Content-Type: multipart/alternative; boundary=ab',
      '',
      '--ab',
      '',
      '--axe',
      'one',
      '--ab',
      'Content-Type: text/html',
      '',
      'two',
      '--ab--',
      '--a--',
    )
    expect(shape(parseEntity(bytes))).toEqual([
      'multipart/mixed',
      ['multipart/alternative', 'text/plain', 'text/html'],
    ])
  })

  it('takes a part that no delimiter ends up to the end', () => {
    const entity = parseEntity(utf8('Content-Type: multipart/mixed; boundary=x\n\n--x\n\nbody\n'))
    expect(text(entity.parts[0]!.body)).toBe('body\n')
  })

  it('takes an unreadable Content-Type for text', () => {
    expect(parseEntity(utf8('Content-Type: nonsense\n\nx')).contentType.value).toBe('text/plain')
  })

  it('stops at its limits', () => {
    let deep = utf8('\r\nbottom')
    for (let level = 0; level < 30; level++) {
      const head = `Content-Type: multipart/mixed; boundary=b${String(level)}\r\n\r\n--b${String(level)}\r\n`
      deep = utf8(head + text(deep))
    }
    expect(() => parseEntity(deep)).toThrow(limited)
    const wide = utf8(
      'Content-Type: multipart/mixed; boundary=b\r\n\r\n' + '--b\r\n\r\nx\r\n'.repeat(1001),
    )
    expect(() => parseEntity(wide)).toThrow(limited)
    expect(() => parseEntity(new Uint8Array(11), { ...MIME_LIMITS, messageBytes: 10 })).toThrow(
      limited,
    )
  })

  it('goes over the message only so often, however its parts lie in each other', () => {
    let nested = utf8('\r\n' + 'x'.repeat(1000))
    for (let level = 0; level < 5; level++) {
      const head = `Content-Type: multipart/mixed; boundary=b${String(level)}\r\n\r\n--b${String(level)}\r\n`
      nested = concat(utf8(head), nested)
    }
    const scanning = (scannedBytes: number) => () =>
      parseEntity(nested, { ...MIME_LIMITS, scannedBytes })
    expect(scanning(5 * nested.length)).not.toThrow()
    expect(scanning(5000)).toThrow(limited)
  })

  it('takes time in proportion to the bytes, however they fall', () => {
    const head = utf8('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n')
    for (const fill of ['A'.repeat(76) + '\r\n', '-', '-\n', '--b', '--\n', '\n']) {
      const filler = utf8(fill.repeat(5e6 / fill.length))
      const parse = (size: number) => parseEntity(concat(head, filler.subarray(0, size)))
      expect(parse(5e6).parts).toHaveLength(1)
      expect(growth(parse, 6e5, 32), fill).toBeLessThan(32)
    }
  })
})
