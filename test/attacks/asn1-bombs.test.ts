import { afterAll, describe, expect, it } from 'vitest'
import {
  contextExplicit,
  encode,
  integer,
  octetString,
  oid,
  sequence,
  setOf,
} from '#shared/asn1/writer.ts'
import { type Bytes, concat } from '#shared/bytes.ts'
import { encodeContentInfo } from '#shared/cms/content-info.ts'
import { open } from '#shared/smime/open.ts'
import { MOST_EFFORT, withEffort } from '#test/support/effort.ts'
import { fromHex } from '#test/support/hostile.ts'
import { mailAround } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, readerOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const DATA = oid('1.2.840.113549.1.7.1')
const SIGNED = '06092a864886f70d010702'
const ENVELOPED = '06092a864886f70d010703'
const MANY = 1_500_000 // more than the reader's bound on elements

/** ContentInfo of indefinite length with `inside` in it, left open. */
const opened = (type: string, inside: Bytes) => concat(fromHex(`3080${type}a080`), inside)
const repeated = (hex: string, times: number) => fromHex(hex.repeat(times))
/** SignedData with this for the OCTET STRING of its content. */
const signed = (content: Bytes) =>
  encodeContentInfo(
    'signed-data',
    sequence(integer(1), setOf(), sequence(DATA, contextExplicit(0, content)), setOf()),
  )

function definitelyNested(tag: number, levels: number): Bytes {
  let inside = octetString(new Uint8Array(1))
  for (let level = 0; level < levels; level++) inside = encode(tag, inside)
  return inside
}

const BOMBS: [string, () => Bytes][] = [
  [
    'SEQUENCEs in each other, of definite length',
    () => encodeContentInfo('signed-data', definitelyNested(0x30, 5000)),
  ],
  [
    'SEQUENCEs in each other, of indefinite length',
    () => opened(SIGNED, repeated('3080', 1_000_000)),
  ],
  ['the same in an envelope', () => opened(ENVELOPED, repeated('3080', 1_000_000))],
  ['pieces of a string in each other', () => signed(repeated('2480', 1_000_000))],
  [
    'the same, each closed',
    () => signed(concat(repeated('2480', 50_000), repeated('0000', 50_000))),
  ],
  ['a string in a string, of definite length', () => signed(definitelyNested(0x24, 3000))],
  ['a string in empty pieces', () => signed(encode(0x24, repeated('0400', MANY)))],
  [
    'a set of empty elements',
    () => opened(SIGNED, encode(0x30, integer(1), encode(0x31, repeated('0500', MANY)))),
  ],
  ['a length of 2 GiB', () => opened(SIGNED, fromHex('30847fffffff020101'))],
  ['a length of 2^56', () => opened(SIGNED, fromHex('3088ffffffffffffffff020101'))],
  [
    'a length that takes 127 octets',
    () => opened(SIGNED, concat(fromHex('30ff'), repeated('01', 127))),
  ],
  [
    'a tag number without end',
    () => opened(SIGNED, concat(fromHex('3f'), repeated('ff', 1_000_000))),
  ],
  [
    'an object identifier of a megabyte',
    () =>
      opened(
        SIGNED,
        encode(
          0x30,
          integer(1),
          encode(0x31),
          encode(0x30, encode(0x06, repeated('81', 1_000_000))),
        ),
      ),
  ],
  [
    'a version of a megabyte',
    () => opened(SIGNED, encode(0x30, encode(0x02, repeated('7f', 1_000_000)))),
  ],
  ['end-of-contents octets alone', () => opened(SIGNED, repeated('0000', 1_000_000))],
]

describe('an ASN.1 bomb', () => {
  it.each(BOMBS)('is refused in little time, bare or in a mail: %s', async (_name, make) => {
    const object = make()
    for (const bytes of [
      object,
      mailAround(object, 'signed-data'),
      mailAround(object, 'enveloped-data'),
    ]) {
      const reader = readerOf([pki.key('alice')], [pki.ca])
      const { result, effort } = await withEffort(() => open(bytes, reader))
      expect(effort).toBeLessThan(MOST_EFFORT)
      const { encryption, signature } = result
      expect([encryption.kind, signature.kind]).toContainEqual(
        expect.stringMatching(/^(damaged|broken)$/),
      )
      expect(result).toMatchObject({ body: [], attachments: [] })
    }
  })

  it('is one by its structure alone: a small honest object of the same making is read', async () => {
    const object = signed(octetString(new TextEncoder().encode('Hello.')))
    const message = await openAs(object, [], [pki.ca])
    expect(message).toMatchObject({ signature: { kind: 'broken' }, body: [{ text: 'Hello.' }] })
  })
})
