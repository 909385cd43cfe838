import { SvelteMap } from 'svelte/reactivity'
import type { Bytes } from '#shared/bytes.ts'
import { isPosternError } from '#shared/errors.ts'
import { fetchCertificates } from '../client/keys.ts'

/** Whether somebody can be sent encrypted mail. `certificate` is DER. */
export type Recipient =
  | { readonly kind: 'looking' }
  | { readonly kind: 'known'; readonly certificate: Bytes }
  | { readonly kind: 'no-certificate' }
  | { readonly kind: 'failed' }

/** The company's directory, asked once per address. */
class Recipients {
  readonly #known = new SvelteMap<string, Recipient>()

  /** What is known about an address by now. */
  find(address: string): Recipient {
    return this.#known.get(address.toLowerCase()) ?? { kind: 'looking' }
  }

  /** Asks about addresses that are not known yet, or could not be asked about. */
  async look(addresses: readonly string[]): Promise<void> {
    await Promise.all(addresses.map((address) => this.#ask(address.toLowerCase())))
  }

  async #ask(address: string): Promise<void> {
    const before = this.#known.get(address)
    if (before !== undefined && before.kind !== 'failed') return
    this.#known.set(address, { kind: 'looking' })
    try {
      const [chain] = await fetchCertificates(address)
      const certificate = chain?.[0]
      this.#known.set(
        address,
        certificate === undefined ? { kind: 'no-certificate' } : { kind: 'known', certificate },
      )
    } catch (error) {
      if (!isPosternError(error)) throw error
      this.#known.set(address, { kind: 'failed' })
    }
  }
}

export const recipients = new Recipients()
