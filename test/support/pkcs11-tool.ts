import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { SoftToken } from './soft-token.ts'

const run = promisify(execFile)

/** OpenSC's pkcs11-tool: the independent look at a token. */
export async function hasPkcs11Tool(): Promise<boolean> {
  return run('pkcs11-tool', ['--version']).then(
    () => true,
    (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
  )
}

/** Runs pkcs11-tool as the token's user. Rejects when it ends with an error. */
export async function pkcs11Tool(token: SoftToken, ...args: readonly string[]): Promise<string> {
  const login = [
    '--module',
    token.modulePath,
    '--token-label',
    token.label,
    '--login',
    '--pin',
    token.pin,
  ]
  const env = { ...process.env, SOFTHSM2_CONF: token.softhsmConf }
  const { stdout } = await run('pkcs11-tool', [...login, ...args], { env })
  return stdout
}

export type ListedObject = {
  readonly kind: string
  readonly label: string
  readonly id: string
  readonly usage: readonly string[]
  readonly access: readonly string[]
  readonly mechanisms: readonly string[]
}

/** Every object of the token, as pkcs11-tool describes it. */
export async function listObjects(token: SoftToken): Promise<ListedObject[]> {
  const listing = await pkcs11Tool(token, '--list-objects')
  const objects = listing.split(/^(?=\S+.* Object)/m).filter((text) => text.includes(' Object'))
  return objects.map((text) => {
    const field = (name: string) =>
      new RegExp(`^ +${name}: +(.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
    const list = (name: string) =>
      field(name)
        .split(/, */)
        .filter((item) => item !== '' && item !== 'none')
    return {
      kind: /^(.*?) Object/.exec(text)?.[1] ?? '',
      label: field('label'),
      id: field('ID'),
      usage: list('Usage'),
      access: list('Access'),
      mechanisms: list('Allowed mechanisms'),
    }
  })
}
