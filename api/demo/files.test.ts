import { inflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { makeFile } from './files.ts'

const asText = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

describe('the files of the demo letters', () => {
  test('hold a PDF whose cross-reference table points at its objects', () => {
    const file = asText(makeFile('offer.pdf').bytes)
    const table = Number(/startxref\n(\d+)/.exec(file)?.[1])
    expect(file.slice(table, table + 4)).toBe('xref')
    const offsets = [...file.matchAll(/^(\d{10}) 00000 n/gm)].map((match) => Number(match[1]))
    expect(offsets.map((at, index) => file.startsWith(`${index + 1} 0 obj`, at))).toEqual(
      offsets.map(() => true),
    )
  })

  test('hold a PNG with as many pixels as its header says', () => {
    const bytes = Buffer.from(makeFile('site-plan.png').bytes)
    expect(bytes.subarray(1, 4).toString()).toBe('PNG')
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
    const start = bytes.indexOf('IDAT')
    const pixels = inflateSync(bytes.subarray(start + 4, start + 4 + bytes.readUInt32BE(start - 4)))
    expect(pixels.length).toBe(height * (1 + width * 3))
  })

  test('hold a table of a whole week', () => {
    const lines = asText(makeFile('flow-week-44.csv').bytes).trimEnd().split('\r\n')
    expect(lines).toHaveLength(1 + 7 * 24)
    expect(lines.every((line) => line.split(',').length === 5)).toBe(true)
  })
})
