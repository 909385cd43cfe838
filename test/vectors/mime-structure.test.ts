import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { CORPORA } from '#test/support/corpora.ts'
import { decodedBody, type Entity, parseEntity } from '#shared/mime/parse.ts'

const SET = CORPORA === null ? null : new URL('mime4j/', CORPORA)

/**
 * Where we read otherwise than Mime4j, on purpose:
 * a line that only starts like a delimiter is none, so that no part can be invented; blanks at the end of
 * a boundary do not count, as relays cut them off; a multipart without any part is shown as the text that it is.
 */
const ON_PURPOSE = [
  'mime4j-testmsgs-ending-boundaries',
  'mime4j-testmsgs-very-long-boundary',
  'mime4j-testmsgs-very-very-long-boundary',
  'mime4j-testmsgs-weird-boundary',
  'mime4j-testmsgs-missing-boundary',
  'mime4j-testmsgs-missing-inner-boundary',
  'mime4j-testmsgs-missing-inner-start-boundary',
  'mime4j-testmsgs-multipartnopart',
  'mime4j-mimetools-badbound',
]

type Case = { id: string; file: string; tokensDecodedXml: string }

function count(entity: Entity): { leaves: number; multiparts: number } {
  if (entity.parts.length === 0) {
    if (entity.contentType.value === 'message/rfc822')
      return count(parseEntity(decodedBody(entity)))
    return { leaves: 1, multiparts: 0 }
  }
  const inside = entity.parts.map(count)
  const sum = (of: 'leaves' | 'multiparts') => inside.reduce((total, each) => total + each[of], 0)
  return { leaves: sum('leaves'), multiparts: 1 + sum('multiparts') }
}

describe.skipIf(SET === null)('odd and broken MIME', () => {
  it('is split into the parts that Mime4j finds', async () => {
    const file = await readFile(new URL('cases.json', SET ?? ''), 'utf8')
    const { cases } = JSON.parse(file) as { cases: Case[] }
    const differing: string[] = []
    for (const { id, file: name, tokensDecodedXml } of cases) {
      const xml = await readFile(new URL(tokensDecodedXml, SET ?? ''), 'latin1')
      const leaves = xml.match(/<(?:text|binary)-body/g)?.length ?? 0
      const multiparts = xml.match(/<multipart/g)?.length ?? 0
      const ours = count(parseEntity(new Uint8Array(await readFile(new URL(name, SET ?? '')))))
      if (ours.leaves !== leaves || ours.multiparts !== multiparts) differing.push(id)
    }
    expect(differing.sort()).toEqual([...ON_PURPOSE].sort())
  })
})
