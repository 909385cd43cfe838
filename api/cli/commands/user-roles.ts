import { askForRoles } from '../../keys/changes/ask.ts'
import { byOperator } from '../../keys/lifecycle/by.ts'
import { rolesOf } from '../../storage/users.ts'
import { askedResult } from '../change-words.ts'
import { command } from '../command.ts'
import { getUser } from './get-user.ts'

export const roles = command({
  name: 'roles',
  does: 'show what a user may do for others, or decide it anew',
  notes: `
Without an option, shows them. Roles are taken at once; giving one takes two administrators, who confirm it in the app or
by postern change confirm. Until a company has two administrators, they are made here, at once.`,
  arguments: { username: { does: 'whose' } },
  options: {
    role: { does: 'the roles that they are to have', choices: ['admin', 'auditor'], many: true },
    none: { does: 'take all roles away' },
  },
  examples: [
    'postern user roles carol',
    'postern user roles carol --role admin --role auditor',
    'postern user roles carol --none',
  ],
  async run(context, { username, role, none }) {
    const { db, journal } = await context.records()
    const user = await getUser(db, username)
    if (role.length > 0 || none) {
      const wanted = none ? [] : role
      const by = byOperator(context.actor)
      const waiting = await journal.write((tx, append, now) =>
        askForRoles(tx, append, now, user.id, wanted, by),
      )
      const text = `${user.username} has ${wanted.join(' and ') || 'no role'} now.\n`
      return askedResult(db, waiting, { user: user.username, roles: wanted }, text)
    }
    const held = rolesOf(user)
    const text = `${user.username}: ${held.join(' ') || 'no role'}\n`
    return { data: { user: user.username, roles: held }, text }
  },
})
