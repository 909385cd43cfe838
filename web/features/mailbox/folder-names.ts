import type { FolderName } from '#shared/contract/mail.ts'
import type { IconName } from '../../components/icons.ts'

/** Every folder in the order in which it is shown. */
export const FOLDERS: readonly { name: FolderName; title: string; icon: IconName }[] = [
  { name: 'inbox', title: 'Inbox', icon: 'inbox' },
  { name: 'drafts', title: 'Drafts', icon: 'draft' },
  { name: 'sent', title: 'Sent', icon: 'send' },
  { name: 'archive', title: 'Archive', icon: 'archive' },
  { name: 'trash', title: 'Trash', icon: 'trash' },
]

/** What a folder is called on the screen. */
export function folderTitle(name: FolderName): string {
  return FOLDERS.find((folder) => folder.name === name)?.title ?? name
}
