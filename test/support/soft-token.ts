import { randomBytes } from 'node:crypto'
import { access, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { provisionToken } from '#api/hsm/provision.ts'

/** A provisioned SoftHSM token of its own, in a temporary folder. */
export type SoftToken = {
  readonly modulePath: string
  readonly softhsmConf: string
  readonly environment: { readonly SOFTHSM2_CONF: string }
  readonly label: string
  readonly pin: string
  readonly soPin: string
  /** Holds the PIN, mode 0400. */
  readonly pinFile: string
  /** Takes the token away, as if its hardware were unplugged, and brings it back. */
  hide(): Promise<void>
  show(): Promise<void>
  remove(): Promise<void>
}

const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm.so',
  '/usr/lib64/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
]

/** Makes a token ready for `startHsm`. */
export async function createSoftToken(): Promise<SoftToken> {
  const token = await createEmptySoftToken()
  await provisionToken(token)
  return token
}

/** The same before `provisionToken`: a folder and a configuration, and no token in it. */
export async function createEmptySoftToken(): Promise<SoftToken> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-token-'))
  const tokens = join(folder, 'tokens')
  await mkdir(tokens, { mode: 0o700 })
  const softhsmConf = join(folder, 'softhsm2.conf')
  await writeFile(softhsmConf, `directories.tokendir = ${tokens}\nobjectstore.backend = file\n`)
  const pin = randomBytes(12).toString('hex')
  const pinFile = join(folder, 'pin')
  await writeFile(pinFile, pin, { mode: 0o400 })
  return {
    modulePath: await findModule(),
    softhsmConf,
    environment: { SOFTHSM2_CONF: softhsmConf },
    label: 'postern-test',
    pin,
    soPin: randomBytes(12).toString('hex'),
    pinFile,
    hide: () => rename(tokens, `${tokens}-hidden`),
    show: () => rename(`${tokens}-hidden`, tokens),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Another token with the same keys and PIN, as the tools of a hardware's maker copy them. */
export async function copySoftToken(token: SoftToken): Promise<SoftToken> {
  const copy = await createEmptySoftToken()
  const tokensOf = ({ softhsmConf }: SoftToken) => join(dirname(softhsmConf), 'tokens')
  await cp(tokensOf(token), tokensOf(copy), { recursive: true })
  const { pin, soPin, label, pinFile } = token
  return { ...copy, pin, soPin, label, pinFile }
}

async function findModule(): Promise<string> {
  for (const path of MODULES) {
    const exists = await access(path).then(
      () => true,
      () => false,
    )
    if (exists) return path
  }
  throw new Error('SoftHSM is not installed')
}
