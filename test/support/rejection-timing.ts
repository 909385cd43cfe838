import { randomBytes } from 'node:crypto'
import type { Hsm } from '#api/hsm/port.ts'
import { utf8 } from '#shared/bytes.ts'
import { createSessionKey } from '#shared/hpke.ts'
import { rawBlock } from './recipient-entries.ts'
import { makeKey } from './test-hsm.ts'

// Six classes of PKCS #1 v1.5 blocks that nobody must tell apart by the time of the answer (security.md H.2).

const BLOCK = 256
const KEY_BYTES = 32

/** A block of RSA-2048 with random octets that are not zero, and these over it. */
function block(set: Readonly<Record<number, number>>): Uint8Array {
  const octets = new Uint8Array(randomBytes(BLOCK)).map((octet) => octet || 1)
  for (const [at, octet] of Object.entries(set)) octets[Number(at)] = octet
  return octets
}

/** Each as it is before it is encrypted. */
const CLASSES = {
  right: () => block({ 0: 0, 1: 2, [BLOCK - KEY_BYTES - 1]: 0 }),
  'wrong first octet': () => block({ 0: 1, 1: 2, [BLOCK - KEY_BYTES - 1]: 0 }),
  'wrong block type': () => block({ 0: 0, 1: 1, [BLOCK - KEY_BYTES - 1]: 0 }),
  'short padding': () => block({ 0: 0, 1: 2, 5: 0 }),
  'no separator': () => block({ 0: 0, 1: 2 }),
  'another length': () => block({ 0: 0, 1: 2, [BLOCK - 16 - 1]: 0 }),
} as const
export type EntryClass = keyof typeof CLASSES
export const ENTRY_CLASSES = Object.keys(CLASSES) as EntryClass[]

/** Milliseconds of each call, and what every answer looked like. */
export type Timings = {
  readonly of: Readonly<Record<EntryClass, Float64Array>>
  readonly sizes: ReadonlySet<string>
}

/** Calls one after another, all classes once in each round, in an order of their own. */
export async function timeRejections(hsm: Hsm, rounds: number): Promise<Timings> {
  const { key, publicKey } = await makeKey(hsm, 'encrypt', 'rsa-2048')
  const { publicKey: sealTo } = await createSessionKey()
  const context = utf8('session\nkey\ndigest\noperation')
  const of = Object.fromEntries(
    ENTRY_CLASSES.map((name) => [name, new Float64Array(rounds)]),
  ) as Timings['of']
  const sizes = new Set<string>()
  const time = async (name: EntryClass): Promise<number> => {
    const encryptedKey = rawBlock(publicKey, CLASSES[name]())
    const recipient = { kind: 'ktri', algorithm: 'rsa-pkcs1', encryptedKey } as const
    const since = performance.now()
    const answer = await hsm.unwrap({ key, recipient, contentKeyBytes: 32, sealTo, context })
    const spent = performance.now() - since
    sizes.add(`${answer.enc.length} ${answer.sealed.length}`)
    return spent
  }
  for (const name of ENTRY_CLASSES) for (let warm = 0; warm < 50; warm++) await time(name)
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffled(ENTRY_CLASSES)) of[name][round] = await time(name)
  }
  return { of, sizes }
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, rank: below(2 ** 32) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}

const RESAMPLES = 1000
const OUTSIDE = 0.005 // on each side: 99 %

/** The 99 % bootstrap interval of the difference of two medians. */
export function medianDifference(a: Float64Array, b: Float64Array): readonly [number, number] {
  const differences = new Float64Array(RESAMPLES)
  const [sortedA, sortedB] = [a.toSorted(), b.toSorted()]
  for (let at = 0; at < RESAMPLES; at++) {
    differences[at] = resampledMedian(sortedA) - resampledMedian(sortedB)
  }
  differences.sort()
  const quantile = (q: number) => differences[Math.round(q * (RESAMPLES - 1))] ?? NaN
  return [quantile(OUTSIDE), quantile(1 - OUTSIDE)]
}

export function median(values: Float64Array): number {
  return values.toSorted()[values.length >> 1] ?? NaN
}

/** The median of as many values drawn with replacement: counted by their ranks, so that nothing is sorted again. */
function resampledMedian(sorted: Float64Array): number {
  const drawn = new Uint16Array(sorted.length)
  sorted.forEach(() => {
    const rank = below(sorted.length)
    drawn[rank] = (drawn[rank] ?? 0) + 1
  })
  let left = sorted.length >> 1
  for (const [rank, times] of drawn.entries()) {
    left -= times
    if (left < 0) return sorted[rank] ?? NaN
  }
  return NaN
}

const numbers = new Uint32Array(4096)
let used = numbers.length

/** A number from 0 to below `limit`, each as likely as makes no difference here. */
export function below(limit: number): number {
  if (used === numbers.length) {
    crypto.getRandomValues(numbers)
    used = 0
  }
  return Math.floor(((numbers[used++] ?? 0) / 2 ** 32) * limit)
}
