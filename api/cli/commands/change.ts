import type { Change } from '#shared/contract/admin/changes.ts'
import { type FactorProof, factorProof } from '#shared/contract/factor-proof.ts'
import { PosternError } from '#shared/errors.ts'
import { factorKindsOf } from '../../keys/auth/factors/own-factors.ts'
import { confirmChange } from '../../keys/changes/confirm.ts'
import { getChange, listChanges } from '../../keys/changes/describe.ts'
import { settleChanges } from '../../keys/changes/settle.ts'
import { withdrawChange } from '../../keys/changes/withdraw.ts'
import { byOperator } from '../../keys/lifecycle/by.ts'
import type { Db, UserRow } from '../../storage/schema.ts'
import { changeWords } from '../change-words.ts'
import { command, type Topic } from '../command.ts'
import type { Context } from '../context.ts'
import { table } from '../table.ts'
import { getUser } from './get-user.ts'

const CHANGE = { change: { does: "the change's id, as `postern change list` shows it" } } as const

const list = command({
  name: 'list',
  does: 'what waits for two administrators, and what became of the rest',
  examples: ['postern change list', 'postern change list --json'],
  async run(context) {
    const records = await context.records()
    await settleChanges(records)
    const changes = await listChanges(records.db, null)
    const titles = ['CHANGE', 'STATE', 'PROPOSED', 'BY', 'AGREED', 'WHAT']
    return { data: { changes }, text: table(titles, changes.map(rowOf)) }
  },
})

const confirm = command({
  name: 'confirm',
  does: 'an administrator agrees, by a code that is asked for; the second to agree has it done',
  notes: `
The code is one of their authenticator app or hardware token, or one of their recovery codes. A passkey is shown in the
app. What was asked for at this machine has nobody behind it yet, so two administrators confirm it.`,
  arguments: CHANGE,
  options: { as: { does: 'which administrator', value: 'USERNAME', required: true } },
  examples: [
    'postern change confirm AAECAwQFBgcICQoLDA0ODw --as carol',
    'postern change confirm AAECAwQFBgcICQoLDA0ODw --as bob < file-with-the-code',
  ],
  async run(context, { change: id, as }) {
    const records = await context.records()
    const user = await getUser(records.db, as)
    await getChange(records.db, id, user.id) // before a code is asked for
    const proof = await readProof(context, records.db, user)
    const deps = { ...records, hsm: await context.hsm() }
    await confirmChange(deps, user, { operator: context.actor }, { id, proof })
    const change = await getChange(records.db, id, user.id)
    return { data: { change }, text: agreedText(change), bad: change.state === 'refused' }
  },
})

const withdraw = command({
  name: 'withdraw',
  does: 'take a change back, or turn it down',
  arguments: CHANGE,
  examples: ['postern change withdraw AAECAwQFBgcICQoLDA0ODw'],
  async run(context, { change: id }) {
    const records = await context.records()
    await withdrawChange(records, id, byOperator(context.actor))
    const change = await getChange(records.db, id, null)
    return { data: { change }, text: `Change ${id} is withdrawn.\n` }
  },
})

/** @throws PosternError `config/invalid` for what cannot be a code */
async function readProof(context: Context, db: Db, user: UserRow): Promise<FactorProof> {
  const code = (await context.secret(`Code of ${user.username}`)).replaceAll(' ', '')
  const kinds = await factorKindsOf(db, user.id)
  const kind = code.length >= 16 ? 'recovery' : kinds.includes('totp') ? 'totp' : 'hotp'
  const read = factorProof.safeParse({ kind, code })
  if (read.success) return read.data
  throw new PosternError('config/invalid', 'This cannot be a code.')
}

function agreedText(change: Change): string {
  const { id, state, administrators } = change
  const names = administrators.join(' and ')
  if (state === 'open') {
    return `${names} agrees. One more administrator has to confirm change ${id}.\n`
  }
  if (state === 'refused') {
    return `${names} agreed, and it could not be done any more: ${change.code ?? 'refused'}.\n`
  }
  return `${names} agreed. It is done: ${changeWords(change)}.\n`
}

function rowOf(change: Change): string[] {
  const { id, state, proposedAt, proposedBy, administrators, code } = change
  const told = code === null ? state : `${state}: ${code}`
  return [id, told, proposedAt, proposedBy, administrators.join(' ') || '-', changeWords(change)]
}

export const changeTopic: Topic = {
  name: 'change',
  does: 'what takes two administrators',
  commands: [list, confirm, withdraw],
}
