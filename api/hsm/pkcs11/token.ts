import pkcs11 from 'pkcs11js'
import type { Handle, PKCS11 } from 'pkcs11js'
import { PosternError } from '#shared/errors.ts'
import { tokenFailure } from './failure.ts'
import { findToken } from './module.ts'
import { SessionPool } from './session-pool.ts'

const ASYNC_SESSIONS = 4 // as many as libuv has threads; more would only wait there

/** A token that this process has logged in to. */
export type Token = {
  readonly cryptoki: PKCS11
  readonly slot: Handle
  /** For calls made on this thread, one whole call after another. */
  readonly session: Handle
  /** For calls made on other threads. */
  readonly pool: SessionPool
}

/**
 * Opens the sessions and logs in: once, for the login is the process's own, and a second wrong PIN
 * would bring a real token nearer to locking itself.
 * @throws PosternError `token/broken` without such a token, `token/wrong-pin`, `hsm/unavailable`
 */
export function openToken(cryptoki: PKCS11, label: string, pin: string): Token {
  const slot = findToken(cryptoki, label)
  if (slot === null) throw new PosternError('token/broken', 'There is no token with this label')
  try {
    const session = openSession(cryptoki, slot)
    cryptoki.C_Login(session, pkcs11.CKU_USER, pin)
    const others = Array.from({ length: ASYNC_SESSIONS }, () => openSession(cryptoki, slot))
    return { cryptoki, slot, session, pool: new SessionPool(others) }
  } catch (error) {
    throw tokenFailure(error)
  }
}

function openSession(cryptoki: PKCS11, slot: Handle): Handle {
  return cryptoki.C_OpenSession(slot, pkcs11.CKF_SERIAL_SESSION)
}

/** Runs `work` on a session that may change the token, and closes it. */
export async function withWritableSession<T>(
  { cryptoki, slot }: Token,
  work: (session: Handle) => T | Promise<T>,
): Promise<T> {
  const flags = pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION
  const session = cryptoki.C_OpenSession(slot, flags)
  try {
    return await work(session)
  } finally {
    cryptoki.C_CloseSession(session)
  }
}

/** Logs out and finalises the module. Nothing may be running on any session. */
export function closeToken({ cryptoki, slot }: Token): void {
  cryptoki.C_CloseAllSessions(slot)
  cryptoki.C_Finalize()
}
