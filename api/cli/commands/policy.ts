import { setPolicyRequest } from '#shared/contract/admin/keys.ts'
import type { KeyPolicy } from '#shared/contract/key-policy.ts'
import { PosternError } from '#shared/errors.ts'
import { askForPolicy } from '../../keys/changes/ask.ts'
import { byOperator } from '../../keys/lifecycle/by.ts'
import { policyOf } from '../../keys/policy/key-policy.ts'
import { policyChange } from '../../keys/policy/policy-change.ts'
import { findKey } from '../../storage/keys.ts'
import type { Db } from '../../storage/schema.ts'
import { askedResult } from '../change-words.ts'
import { command, type Topic } from '../command.ts'
import { table } from '../table.ts'

const KEY = { key: { does: "the key's id, as `postern key list` shows it" } } as const

const show = command({
  name: 'show',
  does: 'how a key may be used',
  arguments: KEY,
  examples: ['postern policy show AAECAwQFBgcICQoLDA0ODw'],
  async run(context, { key }) {
    const policy = await getPolicy((await context.records()).db, key)
    const rows = Object.entries(policy).map(([name, value]) => [
      optionOf(name),
      String(value ?? 'none'),
    ])
    return { data: { key, policy }, text: table(['SETTING', 'VALUE'], rows) }
  },
})

const COUNT = { value: 'NUMBER' } as const

const set = command({
  name: 'set',
  does: 'decide anew how a key may be used',
  notes: `
What is not named stays. What tightens acts at once; what loosens takes two administrators, who confirm it in the app or
by postern change confirm.`,
  arguments: KEY,
  options: {
    approval: { does: 'a code for its use', choices: ['none', 'each-use', 'period'] },
    'approval-minutes': { does: 'how long an approval is good', ...COUNT },
    'approval-uses': { does: 'how many uses one approval is good for', ...COUNT },
    'approval-above': {
      does: 'uses a day that need no approval, or none for all',
      value: 'NUMBER|none',
    },
    'per-minute': { does: 'uses in any 60 seconds', ...COUNT },
    'per-day': { does: 'uses in any 24 hours', ...COUNT },
    'offline-days': { does: 'how long a device keeps readable what it opened', ...COUNT },
    'require-content': { does: 'sign only what the user saw', choices: ['yes', 'no'] },
  },
  examples: [
    'postern policy set AAECAwQFBgcICQoLDA0ODw --per-day 200',
    'postern policy set AAECAwQFBgcICQoLDA0ODw --approval each-use --approval-minutes 2',
  ],
  async run(context, { key, ...options }) {
    const { db, journal } = await context.records()
    const change = readOptions(options)
    const by = byOperator(context.actor)
    const waiting = await journal.write((tx, append, now) =>
      askForPolicy(tx, append, now, key, change, by),
    )
    const policy = await getPolicy(db, key)
    return askedResult(db, waiting, { key, policy }, `The policy of key ${key} is as you said.\n`)
  },
})

/** @throws PosternError `key/not-found` */
async function getPolicy(db: Db, id: string): Promise<KeyPolicy> {
  const key = await findKey(db, id)
  if (key !== null) return policyOf(key)
  throw new PosternError('key/not-found', `There is no key ${id}.`)
}

/** `perMinute` as `per-minute`. */
function optionOf(member: string): string {
  return member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** As the contract has it. Throws PosternError `config/invalid`. */
function readOptions(options: Readonly<Record<string, string | undefined>>): Partial<KeyPolicy> {
  const said = Object.entries(options).flatMap(([name, text]) =>
    text === undefined
      ? []
      : [[name.replaceAll(/-./g, (two) => two[1]?.toUpperCase() ?? ''), text]],
  )
  const values = said.map(([name = '', text = '']) => [name, valueOf(name, text)])
  const read = setPolicyRequest.safeParse(Object.fromEntries(values))
  if (!read.success) {
    const where = optionOf(String(read.error.issues[0]?.path[0] ?? 'something'))
    throw new PosternError('config/invalid', `The value of --${where} is wrong.`)
  }
  if (values.length > 0) return policyChange(read.data)
  throw new PosternError('config/invalid', 'Nothing was said that could be different.')
}

function valueOf(name: string, text: string): unknown {
  if (name === 'approval') return text
  if (name === 'requireContent') return text === 'yes'
  if (name === 'approvalAbove' && text === 'none') return null
  return text.trim() === '' ? NaN : Number(text)
}

export const policyTopic: Topic = {
  name: 'policy',
  does: 'how keys may be used',
  commands: [show, set],
}
