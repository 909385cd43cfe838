import type { ChangeContent } from '#shared/contract/admin/changes.ts'
import { giveRoles } from './give-roles.ts'
import type { ChangeKind } from './kind.ts'
import { loosenKeyPolicy } from './loosen-key-policy.ts'
import { loosenSettings } from './loosen-settings.ts'
import { switchKeyOn } from './switch-key-on.ts'

type Kind = ChangeContent['kind']

const KINDS: { readonly [K in Kind]: ChangeKind<Extract<ChangeContent, { kind: K }>> } = {
  'switch-key-on': switchKeyOn,
  'give-roles': giveRoles,
  'loosen-settings': loosenSettings,
  'loosen-key-policy': loosenKeyPolicy,
}

/** What its kind knows of a change with this content. */
export function kindOf(content: ChangeContent): ChangeKind<ChangeContent> {
  return KINDS[content.kind] as ChangeKind<ChangeContent> // the table pairs each kind with its content
}
