import { PosternError } from '#shared/errors.ts'
import type { Db } from '../../storage/schema.ts'
import { readSignInPolicy } from './sign-in-policy.ts'

/** @throws PosternError `request/malformed` when a new password is shorter than the company wants it */
export async function requireLength(db: Db, password: string): Promise<void> {
  const { leastPassword } = await readSignInPolicy(db)
  if (password.length >= leastPassword) return
  throw new PosternError(
    'request/malformed',
    `A password has at least ${leastPassword} characters in your company.`,
  )
}
