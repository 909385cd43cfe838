import { deleteCeremonies } from '../../storage/ceremonies.ts'
import { deleteEnrolment } from '../../storage/enrolments.ts'
import { replaceRecoveryCodes } from '../../storage/recovery-codes.ts'
import type { Db, UserRow } from '../../storage/schema.ts'
import { updateUser } from '../../storage/users.ts'
import { deleteOwnFactor, listOwnFactors } from '../auth/factors/own-factors.ts'

/**
 * Takes everything away that the user signs in with, inside a transaction: password, factors, recovery codes, and what
 * was begun and would become one.
 */
export async function forgetSignIn(tx: Db, { id }: UserRow): Promise<void> {
  await updateUser(tx, id, { passwordHash: null })
  for (const factor of await listOwnFactors(tx, id)) await deleteOwnFactor(tx, factor.id)
  await replaceRecoveryCodes(tx, id, [])
  await deleteEnrolment(tx, id)
  await deleteCeremonies(tx, id)
}
