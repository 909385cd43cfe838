/** Restores a backup, and is killed in the middle of it: `killed-restore.ts <place as JSON> <backup>`. */
import { readFileSync } from 'node:fs'
import { systemClock } from '#api/clock.ts'
import { restoreBackup } from '#api/keys/backup/restore.ts'
import { openRecords } from '#api/keys/records.ts'
import type { DatabasePlace } from '#api/storage/db.ts'

const [place = '', backup = ''] = process.argv.slice(2)
const records = await openRecords(JSON.parse(place) as DatabasePlace, systemClock)
const lines = readFileSync(backup, 'utf8').trimEnd().split('\n')
let passes = 0

async function* until(): AsyncGenerator<string> {
  const last = ++passes === 1 ? lines.length : lines.length - 3 // the first time they are only looked at
  yield* await Promise.resolve(lines.slice(0, last))
  if (last < lines.length) process.kill(process.pid, 'SIGKILL')
}

await restoreBackup(records, until, { replace: true, actor: 'an operator' })
