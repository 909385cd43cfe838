import { SvelteMap } from 'svelte/reactivity'
import type { Bytes } from '#shared/bytes.ts'
import { isPosternError, PosternError } from '#shared/errors.ts'
import { fetchCertificates } from '../client/keys.ts'
import { askAboutCertificates } from './certificate-engine.ts'
import { keyring } from './keyring.svelte.ts'
import { type Obstacle, persist } from './persist.ts'

/** Whether somebody can be sent encrypted mail. `certificate` is DER. */
export type Recipient =
  | { readonly kind: 'looking' }
  | { readonly kind: 'known'; readonly certificate: Bytes }
  | { readonly kind: 'no-certificate' }
  | { readonly kind: 'failed' }

type Patience = {
  readonly signal: AbortSignal
  readonly onWait?: (obstacle: Obstacle | null) => void
}

/** The company's directory, as far as it was asked. */
class Recipients {
  readonly #known = new SvelteMap<string, Recipient>()

  /** What is known about an address by now. */
  find(address: string): Recipient {
    return this.#known.get(address.toLowerCase()) ?? { kind: 'looking' }
  }

  /** Asks about addresses that have no answer yet, until `signal` says that nobody wants to know any more. */
  async look(addresses: readonly string[], signal: AbortSignal): Promise<void> {
    const open = addresses.filter((address) =>
      ['looking', 'failed'].includes(this.find(address).kind),
    )
    await Promise.all(
      open.map((address) =>
        this.ask(address, { signal }).catch((error: unknown) => {
          if (!isPosternError(error)) throw error // `find` tells of it
        }),
      ),
    )
  }

  /**
   * Asks about one address now, whatever was answered before: DER of the certificate to encrypt with, or null when
   * there is none in force.
   * @throws PosternError `operation/cancelled`; `internal` when the directory could not be asked
   */
  async ask(address: string, patience: Patience): Promise<Bytes | null> {
    const at = address.toLowerCase()
    try {
      const chains = await persist(() => fetchCertificates(at, patience.signal), patience)
      const certificate = chains.length === 0 ? null : await choose(at, chains, patience)
      const none = { kind: 'no-certificate' } as const
      this.#known.set(at, certificate === null ? none : { kind: 'known', certificate })
      return certificate
    } catch (cause) {
      if (!isPosternError(cause) || isPosternError(cause, 'operation/cancelled')) throw cause
      this.#known.set(at, { kind: 'failed' })
      const words = `The directory could not be asked about ${address}. Try again in a moment.`
      throw new PosternError('internal', words, { cause })
    }
  }
}

/** The directory only finds: what it has may have expired, or be for another purpose. */
async function choose(
  address: string,
  chains: readonly (readonly Bytes[])[],
  patience: Patience,
): Promise<Bytes | null> {
  const { anchors } = await persist(() => keyring.get(), patience)
  return askAboutCertificates('choose', { address, chains, anchors, at: new Date() })
}

export const recipients = new Recipients()
