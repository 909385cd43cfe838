/** The steps of `open` on their own, one after the other, to see where the time goes. */
import type { Bytes } from '#shared/bytes.ts'
import { parseAuthEnvelopedData } from '#shared/cms/auth-enveloped-data.ts'
import { decryptContent } from '#shared/cms/content-encryption.ts'
import { parseContentInfo } from '#shared/cms/content-info.ts'
import { parseEnvelopedData } from '#shared/cms/enveloped-data.ts'
import { canonicalLines } from '#shared/mime/canonical.ts'
import { type Entity, parseEntity } from '#shared/mime/parse.ts'
import { readContent } from '#shared/smime/content.ts'
import { rootOf } from '#shared/smime/grammar.ts'
import { sha256 } from '#shared/smime/summarise.ts'
import type { Phases } from './protocol.ts'

/** Adds what a step takes to the phase of that name. */
type Timed = <T>(phase: string, step: () => T | Promise<T>) => Promise<T>

export async function measurePhases(bytes: Bytes, contentKey: Bytes): Promise<Phases> {
  const phases: Record<string, number> = {}
  const timed: Timed = async (phase, step) => {
    const begin = performance.now()
    const result = await step()
    phases[phase] = (phases[phase] ?? 0) + performance.now() - begin
    return result
  }
  let entity: Entity | null = await timed('MIME index', () => parseEntity(bytes))
  while (entity !== null) entity = await takeOff(entity, contentKey, timed)
  return phases
}

/** The entity below the root's layer, or null when its content was read. */
async function takeOff(entity: Entity, contentKey: Bytes, timed: Timed): Promise<Entity | null> {
  const root = await timed('base64', () => rootOf(entity))
  if (root.kind === 'signed') {
    const canonical = await timed('canonical form', () => canonicalLines(root.content.raw))
    await timed('digest', () => sha256(canonical))
    return root.content
  }
  if (root.kind !== 'cms' || root.object === null) {
    await timed('text and attachments', () => readContent(entity))
    return null
  }
  const { object } = root
  const envelope = await timed('structure', () => {
    const { contentType, content } = parseContentInfo(object)
    const parse = contentType === 'enveloped-data' ? parseEnvelopedData : parseAuthEnvelopedData
    return parse(content)
  })
  await timed('digest for the audit', () => sha256(object))
  const plaintext = await timed('decrypt', () => decryptContent(envelope, contentKey))
  return timed('MIME index', () => parseEntity(plaintext))
}
