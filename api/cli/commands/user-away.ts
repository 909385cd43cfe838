import { resetSignIn } from '../../keys/enrolment/hand-out-code.ts'
import { byOperator } from '../../keys/lifecycle/by.ts'
import { removeUser } from '../../keys/lifecycle/remove-user.ts'
import { command } from '../command.ts'
import { getUser } from './get-user.ts'

export const remove = command({
  name: 'remove',
  does: 'end their sessions, switch their keys off, and let them sign in no more, at once',
  notes: `
Their name and address stay on record and are never somebody else's. The same person comes back by postern user create
with both the same; their old keys stay off until two administrators switch them on.`,
  arguments: { username: { does: 'who' } },
  examples: ['postern user remove bob'],
  async run(context, { username }) {
    const records = await context.records()
    const user = await getUser(records.db, username)
    await removeUser(records, user.id, byOperator(context.actor))
    return { data: { user: user.username }, text: `User ${user.username} is removed.\n` }
  },
})

export const reset = command({
  name: 'reset',
  does: 'for who lost what they sign in with: take it away, and give a code to begin anew',
  notes: `
Their sessions end, and their keys go off until two administrators switch them on: whoever holds the code is the user.
With it they set a password and an authenticator app, once.`,
  arguments: { username: { does: 'who' } },
  examples: ['postern user reset alice', 'postern user reset alice --json'],
  async run(context, { username }) {
    const records = await context.records()
    const user = await getUser(records.db, username)
    const enrolment = await resetSignIn(records, user.id, byOperator(context.actor))
    const text = `${user.username} begins anew with this code, until ${enrolment.expiresAt}; it is not shown again:\n\n  ${enrolment.code}\n`
    return { data: { user: user.username, enrolment }, text }
  },
})
