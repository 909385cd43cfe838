import { createHash } from 'node:crypto'
import { type ChangeContent, changeContent } from '#shared/contract/admin/changes.ts'
import { randomId } from '../../random-id.ts'
import type { AuditAction } from '../../storage/audit-rows.ts'
import type { ChangeRow } from '../../storage/schema.ts'
import type { AuditEntry } from '../audit/entry.ts'
import { type By, onOwnRecord } from '../lifecycle/by.ts'

/** As it is stored: one text for one content, so that what was asked twice is seen to be the same. */
export function encodeContent(content: ChangeContent): string {
  return JSON.stringify(changeContent.parse(content))
}

export function contentOf({ content }: Pick<ChangeRow, 'content'>): ChangeContent {
  return changeContent.parse(JSON.parse(content))
}

type Step = Extract<AuditAction, `change-${string}`>

/**
 * A step in the life of a change, for the audit. Every step has the digest of what exactly was proposed, so that the
 * stored content can be held against it; the first has the change's id as its operation.
 */
export function stepEntry(
  step: Step,
  { id, content }: Pick<ChangeRow, 'id' | 'content'>,
  by: By | null,
  keyId: string | null,
): AuditEntry {
  const digest = createHash('sha256').update(`postern/v1 change\n${id}\n${content}`)
  return {
    phase: 'event',
    action: step,
    operation: step === 'change-proposed' ? id : randomId(),
    outcome: 'done',
    ...(by === null ? {} : onOwnRecord(by)),
    keyId,
    digest: digest.digest('base64url'),
  }
}
