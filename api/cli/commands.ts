import { PosternError } from '#shared/errors.ts'
import { type AuditVerdict, verifyAudit } from '../keys/audit/verify.ts'
import { switchOff, switchOn } from '../keys/lifecycle/switch-key.ts'
import type { Records } from '../keys/records.ts'
import { listKeys } from '../storage/keys.ts'
import type { UserRow } from '../storage/schema.ts'
import { findUserByName, listUsers } from '../storage/users.ts'
import { actorName } from './actor.ts'
import { table } from './table.ts'

/** What a command prints, and its exit code. */
export type Outcome = { readonly text: string; readonly exitCode: 0 | 1 }

/** A command with what it was told, or null where there is no such command. */
export type Command = (records: Records) => Promise<Outcome>

/** Finds the command of these arguments; nothing is done yet. */
export function findCommand(args: readonly string[]): Command | null {
  const [what, verb, subject, ...rest] = args
  if (rest.length > 0) return null
  switch (`${what ?? ''} ${verb ?? ''}`) {
    case 'user list':
      return subject === undefined ? userList : null
    case 'key list':
      return (records) => keyList(records, subject)
    case 'key switch-off':
      return subject === undefined ? null : (records) => keySwitch(records, subject, 'off')
    case 'key switch-on':
      return subject === undefined ? null : (records) => keySwitch(records, subject, 'on')
    case 'audit verify':
      return subject === undefined ? auditVerify : null
    default:
      return null
  }
}

async function userList({ db }: Records): Promise<Outcome> {
  const users = await listUsers(db)
  const rows = users.map((user) => [user.username, user.name, user.address, user.roles || '-'])
  return done(table(['USERNAME', 'NAME', 'ADDRESS', 'ROLES'], rows))
}

async function keyList({ db }: Records, username: string | undefined): Promise<Outcome> {
  const users = username === undefined ? await listUsers(db) : [await getUser({ db }, username)]
  const rows: string[][] = []
  for (const user of users) {
    for (const key of await listKeys(db, user.id)) {
      rows.push([key.id, user.username, key.purpose, key.algorithm, key.status, key.createdAt])
    }
  }
  return done(table(['KEY', 'USER', 'PURPOSE', 'ALGORITHM', 'STATUS', 'MADE'], rows))
}

async function getUser({ db }: Pick<Records, 'db'>, username: string): Promise<UserRow> {
  const user = await findUserByName(db, username.toLowerCase())
  if (user !== null) return user
  throw new PosternError('request/not-found', `There is no user ${username}.`)
}

async function keySwitch(records: Records, key: string, to: 'on' | 'off'): Promise<Outcome> {
  const changed = await (to === 'on' ? switchOn : switchOff)(records, key, actorName())
  if (!changed) return done(`Key ${key} was ${to} already.\n`)
  const effect =
    to === 'off' ? 'No operation with it is released any more.' : 'It can be used again.'
  return done(`Key ${key} is switched ${to}. ${effect}\n`)
}

async function auditVerify({ db }: Records): Promise<Outcome> {
  const verdict = await verifyAudit(db)
  switch (verdict.kind) {
    case 'intact':
      return done(intactText(verdict))
    case 'broken':
      return {
        text: `The audit is broken: the first bad entry is number ${verdict.sequence} of writer ${verdict.writer} (${verdict.flaw}).\n`,
        exitCode: 1,
      }
  }
}

function intactText(verdict: Extract<AuditVerdict, { kind: 'intact' }>): string {
  const { entries, writers, unknownOutcomes } = verdict
  const unknown =
    unknownOutcomes === 0 ? '' : ` Operations whose outcome is unknown: ${unknownOutcomes}.`
  const by = `${writers} ${writers === 1 ? 'writer' : 'writers'}`
  return `The audit is intact: ${entries} entries by ${by}.${unknown}\n`
}

function done(text: string): Outcome {
  return { text, exitCode: 0 }
}
