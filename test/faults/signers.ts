import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { signAnswer } from '#shared/contract/keys.ts'
import { signBody } from '../support/key-requests.ts'
import { Caller } from './caller.ts'
import type { Site } from './site.ts'

const SIGNERS = 16
const PAUSE = 50 // milliseconds after a refusal

/** A signature that reached its client. */
export type Received = { readonly operation: string; readonly digest: string }

/** How signing went, while it goes on. */
export type Signing = {
  readonly received: readonly Received[]
  /** Refused answers by status, and 0 for those that never came. */
  readonly refused: ReadonlyMap<number, number>
  readonly done: Promise<unknown>
}

/** Lets clients at both replicas sign with one key each, until so many signatures were received. */
export function signUntil(site: Site, signs: number): Signing {
  const received: Received[] = []
  const refused = new Map<number, number>()
  const signer = async (index: number): Promise<void> => {
    const caller = new Caller(site.replicas[index % 2 === 0 ? 0 : 1].port)
    const person = site.people[index % site.people.length]
    if (person === undefined) throw new TypeError('nobody signs')
    while (received.length < signs) {
      const digest = randomBytes(32)
      const answer = await caller
        .post(`/keys/${person.ecSign.id}/sign`, person.cookie, signBody(digest))
        .catch(() => null)
      if (answer?.status === 200) {
        const { operation } = signAnswer.parse(JSON.parse(answer.body.toString()))
        received.push({ operation, digest: digest.toString('base64url') })
        continue
      }
      const status = answer?.status ?? 0
      refused.set(status, (refused.get(status) ?? 0) + 1)
      await sleep(PAUSE)
    }
    caller.close()
  }
  const done = Promise.all(Array.from({ length: SIGNERS }, (_, index) => signer(index)))
  return { received, refused, done }
}
