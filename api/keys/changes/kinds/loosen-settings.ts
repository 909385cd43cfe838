import type { ChangeContent } from '#shared/contract/admin/changes.ts'
import { mergeSettings, writeSettings } from '../../policy/company-settings.ts'
import { PosternError } from '#shared/errors.ts'
import type { ChangeKind } from './kind.ts'

type Content = Extract<ChangeContent, { kind: 'loosen-settings' }>

/** Other members stay as they are when it is done: what was tightened meanwhile stays tight. */
export const loosenSettings: ChangeKind<Content> = {
  about: () => Promise.resolve({ userId: null, keyId: null }),
  async check(db, { section, change }) {
    try {
      await mergeSettings(db, section, change)
      return null
    } catch (error) {
      if (error instanceof PosternError) return error
      throw error
    }
  },
  async act(tx, append, now, { section, change }, actor) {
    const value = await mergeSettings(tx, section, change)
    await writeSettings(tx, append, now, section, value, { actor })
  },
}
