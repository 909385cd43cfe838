import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Hsm, HsmStatus, TokenStatus } from '../../hsm/port.ts'
import { command, type Topic } from '../command.ts'

const status = command({
  name: 'status',
  does: 'what the token does, tried now on throwaway keys',
  notes: 'A worker of this command logs in to the token, beside those of a running server.',
  examples: ['postern hsm status', 'postern hsm status --json'],
  async run(context) {
    const hsm = await context.hsm()
    const { tokenLabel, capabilities, changedKeys, tokens = [] } = await probed(hsm)
    const others = tokens.length === 0 ? {} : { tokens }
    return {
      data: { tokenLabel, capabilities, changedKeys, ...others },
      text: describe(tokenLabel, capabilities, changedKeys) + tokens.map(describeToken).join(''),
      bad: changedKeys.length > 0 || tokens.some(isBad),
    }
  },
})

const prepare = command({
  name: 'prepare',
  does: 'make the keys that Postern itself needs in a token',
  notes:
    'For a token that POSTERN_TOKEN_LABEL names: it is initialised and has its PIN. Run again, it changes nothing.',
  examples: ['postern hsm prepare'],
  async run(context) {
    await context.prepareToken()
    return { data: { prepared: true }, text: 'The token is ready for Postern.\n' }
  },
})

const importKey = command({
  name: 'import-key',
  does: 'the SHA-256 of the public key that keys to be imported are wrapped for',
  notes:
    'Who imports in a browser compares it with what they see there. The pair is made in the token the first time.',
  examples: ['postern hsm import-key'],
  async run(context) {
    const { spki } = await (await context.hsm()).importKey()
    const sha256 = createHash('sha256').update(spki).digest('hex')
    return { data: { sha256 }, text: `${sha256}\n` }
  },
})

const NAMES: Readonly<Record<keyof NonNullable<HsmStatus['capabilities']>, string>> = {
  rsaRaw: 'RSA to decrypt (PKCS#1 v1.5, OAEP)',
  rsaPkcs1: 'RSA PKCS#1 v1.5 signatures',
  rsaPss: 'RSA-PSS signatures',
  ecdh: 'ECDH',
  ecdsa: 'ECDSA',
  p521: 'P-521 for both',
  ed25519: 'Ed25519 signatures',
  x25519: 'X25519',
  aesGcm: 'AES-GCM for secrets at rest',
  hmacSha256: 'HMAC-SHA-256',
}

const PATIENCE = 60_000 // milliseconds; the longest probe makes an RSA key
const ASK_AGAIN = 50

/** The status once the token was tried, or as it is when that does not come to an end. */
async function probed(hsm: Hsm): Promise<HsmStatus> {
  const until = performance.now() + PATIENCE
  while (hsm.status().capabilities === null && performance.now() < until) await sleep(ASK_AGAIN)
  return hsm.status()
}

function describe(
  label: string,
  capabilities: HsmStatus['capabilities'],
  changedKeys: readonly string[],
): string {
  const lines = Object.entries(NAMES).map(([name, does]) => {
    const able = capabilities?.[name as keyof typeof NAMES]
    return `  ${able === undefined ? 'untried' : able ? 'yes' : 'no'}\t${does}\n`
  })
  const keys =
    changedKeys.length === 0
      ? 'Its keys are as they were made.'
      : `These keys are not as they were made, and refused: ${changedKeys.join(', ')}.`
  return `The token "${label}" answers. ${keys}\n${lines.join('')}`
}

function isBad({ state, sameSystemKeys, missing, different }: TokenStatus): boolean {
  return state !== 'ready' || !sameSystemKeys || missing.length + different.length > 0
}

/** One of several tokens, against the others. */
function describeToken(token: TokenStatus, at: number): string {
  const { tokenLabel, state, sameSystemKeys, missing, different } = token
  const faults = [
    sameSystemKeys ? '' : 'is not used: its system keys are others',
    missing.length === 0 ? '' : `lacks ${missing.join(', ')}`,
    different.length === 0 ? '' : `has others as ${different.join(', ')}`,
  ].filter((fault) => fault !== '')
  const what = faults.length === 0 ? 'holds the same keys' : faults.join('; ')
  return `Token ${at + 1} "${tokenLabel}" (${state}) ${what}.\n`
}

export const hsmTopic: Topic = {
  name: 'hsm',
  does: 'the token with the keys',
  commands: [status, prepare, importKey],
}
