import { crc32, deflateSync } from 'node:zlib'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import type { AttachedFile } from '#shared/mime/compose.ts'
import type { DemoFile } from './letter.ts'

/** The attached files of the demo letters, made here so that none has to be carried along. */
export function makeFile(name: DemoFile): AttachedFile {
  switch (name) {
    case 'offer.pdf':
      return { name, mediaType: 'application/pdf', bytes: makeOffer() }
    case 'site-plan.png':
      return { name, mediaType: 'image/png', bytes: makeSitePlan() }
    case 'flow-week-44.csv':
      return { name, mediaType: 'text/csv', bytes: makeReadings() }
  }
}

const OFFER_LINES = [
  '/F1 22 Tf 72 760 Td (Offer 2026-118) Tj',
  '/F1 12 Tf 0 -40 Td (Control cabinet, complete, without radio module) Tj',
  '0 -20 Td (18 gate valves DN 150, with electric drive) Tj',
  '0 -20 Td (2 motors 5.5 kW, submersible) Tj',
  '0 -20 Td (Delivery and two days of commissioning) Tj',
  '0 -40 Td (Total, net: 48,250) Tj',
  '0 -60 Td (This offer holds until 31 December.) Tj',
]

/** One page of text as PDF 1.4 (ISO 32000-1 §7.5: objects, cross-reference table, trailer). */
function makeOffer(): Bytes {
  const page = `BT ${OFFER_LINES.join(' ')} ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let file = '%PDF-1.4\n'
  const offsets = objects.map((body, index) => {
    const offset = file.length
    file += `${index + 1} 0 obj\n${body}\nendobj\n`
    return `${String(offset).padStart(10, '0')} 00000 n \n`
  })
  const count = objects.length + 1
  const table = `xref\n0 ${count}\n0000000000 65535 f \n${offsets.join('')}`
  return utf8(
    `${file}${table}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`,
  )
}

const PLAN = { width: 240, height: 160 }

/** A drawing as PNG (RFC 2083): the shaft, the cabinet, and the cable between them. */
function makeSitePlan(): Bytes {
  const { width, height } = PLAN
  const rows: Uint8Array[] = []
  for (let y = 0; y < height; y++) {
    const row = new Uint8Array(1 + width * 3) // filter type 0, then red, green, blue
    for (let x = 0; x < width; x++) row.set(colourAt(x, y), 1 + x * 3)
    rows.push(row)
  }
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, 2], 8) // 8 bits a sample, true colour; the rest is zero
  const signature = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const pixels = deflateSync(concat(...rows))
  return concat(
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', new Uint8Array()),
  )
}

function colourAt(x: number, y: number): readonly [number, number, number] {
  if (Math.hypot(x - 60, y - 90) < 34) return [70, 110, 160] // the shaft
  if (x > 170 && x < 215 && y > 30 && y < 60) return [90, 90, 90] // the cabinet
  const onCable =
    (Math.abs(y - 90) < 2 && x >= 60 && x <= 192) || (Math.abs(x - 192) < 2 && y >= 60 && y <= 90)
  if (onCable) return [200, 60, 40]
  return x % 20 === 0 || y % 20 === 0 ? [222, 228, 222] : [243, 246, 243] // squared paper
}

function chunk(type: string, data: Uint8Array): Bytes {
  const body = concat(utf8(type), data)
  const frame = new DataView(new ArrayBuffer(8))
  frame.setUint32(0, data.length)
  frame.setUint32(4, crc32(body))
  const edges = new Uint8Array(frame.buffer)
  return concat(edges.subarray(0, 4), body, edges.subarray(4))
}

/** A week of readings, one an hour; the same figures each time. */
function makeReadings(): Bytes {
  const lines = ['day,hour,litres_per_second,pump_1,pump_2']
  for (const [day, name] of ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].entries()) {
    for (let hour = 0; hour < 24; hour++) {
      const flow = 212 + Math.round(28 * Math.sin((hour - 6) / 3.8) + 4 * Math.cos(day * 2 + hour))
      const sealChange = day === 2 && hour === 10
      lines.push(`${name},${hour},${sealChange ? 121 : flow},on,${sealChange ? 'off' : 'on'}`)
    }
  }
  return utf8(`${lines.join('\r\n')}\r\n`)
}
