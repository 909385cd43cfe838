import { expect, test } from 'vitest'
import { openDatabase } from '../../storage/db.ts'
import { putSetting } from '../../storage/settings.ts'
import { readAllSettings, readSettings } from './company-settings.ts'

const changedAt = '2025-03-01T09:00:00.000Z'

test('what nobody decided has its default, and what was decided in part keeps the rest', async () => {
  const db = await openDatabase(':memory:')
  expect(await readAllSettings(db)).toMatchObject({
    changes: { waitMinutes: 1440, expiryHours: 72 },
    signIn: { idleMinutes: 15, absoluteHours: 12, passwords: true, openIdCountsAs: 'first' },
  })
  await putSetting(db, { section: 'changes', value: '{"waitMinutes":9}', changedAt })
  await putSetting(db, { section: 'changes', value: '{"waitMinutes":5}', changedAt })
  expect(await readSettings(db, 'changes')).toEqual({ waitMinutes: 5, expiryHours: 72 })
  await db.destroy()
})

test.each(['', '{', 'null', '[]', '{"waitMinutes":0}', '{"waitMinutes":"5"}'])(
  'settings that read %j are an error, never the default',
  async (value) => {
    const db = await openDatabase(':memory:')
    await putSetting(db, { section: 'changes', value, changedAt })
    await expect(readSettings(db, 'changes')).rejects.toMatchObject({ code: 'config/invalid' })
    await db.destroy()
  },
)
