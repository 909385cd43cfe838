import { type ModuleEnvironment, WorkerLink } from './worker-link.ts'

const DEADLINE = 30_000 // milliseconds; SoftHSM takes about 100, a network token may take its time
const GRACE = 5_000

/**
 * Makes a token ready for `startHsm`: initialises an empty one under this label, gives it the PIN, and
 * makes the system keys that are missing. Run again, it changes nothing. All of it happens in a child
 * process that has ended when the promise settles.
 * @param of.soPin the security officer's PIN; used only where the token has no user's PIN yet; null: such a token is
 * `token/broken`
 * @throws PosternError `token/module-missing`, `token/wrong-pin`, `token/broken`, `hsm/unavailable`
 */
export async function provisionToken(of: {
  readonly modulePath: string
  readonly environment: ModuleEnvironment
  readonly label: string
  readonly pin: string
  readonly soPin: string | null
}): Promise<void> {
  const { modulePath, environment, label: tokenLabel, pin, soPin } = of
  const link = new WorkerLink(environment, () => undefined)
  try {
    await link.begin({ kind: 'provision', modulePath, tokenLabel, pin, soPin }, DEADLINE)
  } finally {
    await link.stop(GRACE)
  }
}
