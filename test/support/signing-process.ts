/**
 * A key service in a process of its own, to be killed: `node signing-process.ts <database>`. Signs without end
 * and writes each operation that it answered as a line, after the answer is complete.
 */
import { writeSync } from 'node:fs'
import { signAnswer } from '#shared/contract/keys.ts'
import { openCompany } from './key-company.ts'
import { signBody } from './key-requests.ts'

const SIGNERS = 4

const path = process.argv[2]
if (path === undefined) throw new TypeError('which database?')
const company = await openCompany(path)
const alice = await company.hire('alice')
await company.records.db.updateTable('keys').set({ perMinute: 1e6, perDay: 1e6 }).execute()
const client = await company.signedIn(alice)

async function signForEver(): Promise<never> {
  for (;;) {
    const answer = await client.post(`/keys/${alice.signKey.id}/sign`, signBody())
    const { operation } = signAnswer.parse(await answer.json())
    writeSync(1, `${operation}\n`)
  }
}

await Promise.all(Array.from({ length: SIGNERS }, signForEver))
