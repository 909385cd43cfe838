import { PosternError } from '#shared/errors.ts'
import { addFactorRequest } from '#shared/contract/factors.ts'
import { listOwnFactors } from '../../keys/auth/factors/own-factors.ts'
import { enrolHotp, enrolTotp, takeFactor } from '../../keys/lifecycle/factors.ts'
import { countRecoveryCodes } from '../../storage/recovery-codes.ts'
import { command, type Topic } from '../command.ts'
import { table } from '../table.ts'
import { getUser } from './get-user.ts'
import { enrolment } from './user.ts'

const WHOSE = { username: { does: 'whose' } } as const

const list = command({
  name: 'list',
  does: 'what a user signs in with, beside the password',
  arguments: WHOSE,
  examples: ['postern factor list alice'],
  async run(context, { username }) {
    const { db } = await context.records()
    const user = await getUser(db, username)
    const factors = await listOwnFactors(db, user.id)
    const recoveryCodes = await countRecoveryCodes(db, user.id)
    const rows = factors.map(({ id, kind, name, createdAt, lastUsedAt }) => {
      return [id, kind, name, createdAt, lastUsedAt ?? 'never']
    })
    const text = table(['FACTOR', 'KIND', 'NAME', 'MADE', 'LAST USED'], rows)
    const left = `Recovery codes left: ${recoveryCodes}\n`
    return { data: { user: user.username, factors, recoveryCodes }, text: `${text}${left}` }
  },
})

const app = command({
  name: 'reset-app',
  does: 'enrol a new authenticator app; all earlier ones stop working',
  notes: 'The seed is made and shown this once, as a QR code and as text.',
  arguments: WHOSE,
  examples: ['postern factor reset-app alice'],
  async run(context, { username }) {
    const records = await context.records()
    const user = await getUser(records.db, username)
    const maker = { ...records, hsm: await context.hsm() }
    const totp = await enrolTotp(maker, user, context.actor)
    return { data: { user: user.username, totp }, text: enrolment(totp) }
  },
})

const token = command({
  name: 'add-token',
  does: 'enrol a hardware token by its seed, which is asked for as base32 text',
  arguments: WHOSE,
  options: {
    name: { does: 'what its user calls it', value: 'NAME', required: true },
    digits: { does: 'how many its codes have; else 6', choices: ['6', '8'] },
    counter: { does: 'where its next code stands; else 0', value: 'NUMBER' },
  },
  examples: ['postern factor add-token alice --name "Key ring" --digits 8'],
  async run(context, { username, name, digits, counter }) {
    const records = await context.records()
    const user = await getUser(records.db, username)
    const seed = await context.secret(`Seed of ${name}`)
    const given = readToken({ name, seed, digits, counter })
    const factor = await enrolHotp(
      { ...records, hsm: await context.hsm() },
      user,
      given,
      context.actor,
    )
    const text = `${user.username} can sign in with ${given.name} (${factor}).\n`
    return { data: { user: user.username, factor }, text }
  },
})

const remove = command({
  name: 'remove',
  does: 'take a factor away that was lost, also the last one',
  arguments: { ...WHOSE, factor: { does: "the factor's id, as `postern factor list` shows it" } },
  examples: ['postern factor remove alice AAECAwQFBgcICQoLDA0ODw'],
  async run(context, { username, factor }) {
    const records = await context.records()
    const user = await getUser(records.db, username)
    if (!(await takeFactor(records, user, factor, context.actor))) {
      throw new PosternError('request/not-found', `${user.username} has no factor ${factor}.`)
    }
    return { data: { user: user.username, factor }, text: `Factor ${factor} is gone.\n` }
  },
})

type TokenText = {
  name: string
  seed: string
  digits?: string | undefined
  counter?: string | undefined
}

/** As the contract has it. Throws PosternError `config/invalid`, which never repeats the seed. */
function readToken({ name, seed, digits = '6', counter = '0' }: TokenText) {
  const shape = addFactorRequest.options[1].omit({ proof: true })
  const numbers = { digits: Number(digits), counter: counter === '' ? NaN : Number(counter) }
  const read = shape.safeParse({ kind: 'hotp', name, seed: seed.replaceAll(' ', ''), ...numbers })
  if (read.success) return read.data
  const what = read.error.issues[0]?.path.join('.') ?? 'something'
  throw new PosternError('config/invalid', `The token cannot be enrolled: the ${what} is wrong.`)
}

export const factorTopic: Topic = {
  name: 'factor',
  does: 'what users sign in with, beside the password',
  commands: [list, app, token, remove],
}
