import type { ChangeRow, UserRow } from '../../storage/schema.ts'

/**
 * What an administrator's confirmation would be: the `first` where only an operator has asked so far, or whoever stood
 * behind it administrates no more; the `second`, with which it is done; `own` for whoever stands behind it already;
 * null for who administrates nothing.
 */
export type Voice = 'first' | 'second' | 'own' | null

export function voiceOf(
  userId: string,
  { firstId }: Pick<ChangeRow, 'firstId'>,
  administrators: readonly UserRow[],
): Voice {
  const is = (id: string | null) => administrators.some((one) => one.id === id)
  if (!is(userId)) return null
  if (firstId === userId) return 'own'
  return is(firstId) ? 'second' : 'first'
}

/**
 * Whether the change needs no second but its time: nobody could be one, and it is asked for by the one administrator
 * there is, or by an operator of the machine.
 */
export function standsAlone(
  { firstId }: Pick<ChangeRow, 'firstId'>,
  administrators: readonly UserRow[],
): boolean {
  if (administrators.length > 1) return false
  return firstId === null || administrators.some(({ id }) => id === firstId)
}
