import { hash, verify } from '@node-rs/argon2'

/** RFC 9106 §4, the second recommended option: 64 MiB, three passes, four lanes; Argon2id by default. */
const COST = { memoryCost: 64 * 1024, timeCost: 3, parallelism: 4 }

/**
 * A hash at the cost above of random bytes that were thrown away. Who does not exist is compared with it,
 * so that time does not tell.
 */
const STAND_IN =
  '$argon2id$v=19$m=65536,t=3,p=4$sRzSmBrP9NxwpngRBqpYxQ$SWW28b+l20kD5izj4b/B1cL2gEgPyzcDFscewBWkNBY'

/** Argon2id in PHC form, with a fresh salt. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST)
}

/** Whether it is the password. Takes as long when there is none to compare with (`stored` is null). */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const matches = await verify(stored ?? STAND_IN, password)
  return matches && stored !== null
}
