import type { KeyAlgorithm } from '#shared/contract/keys.ts'
import type { MailAddress } from '#shared/mime/address.ts'

export type PersonName = 'alice' | 'bob' | 'carol' | 'dave'

/** Somebody of the demo company, with keys in its token. */
export type Colleague = {
  readonly username: Exclude<PersonName, 'dave'>
  readonly name: string
  readonly algorithm: KeyAlgorithm
  readonly roles: readonly 'admin'[]
}

/** The company's users, one for each kind of key that mail meets. */
export const COLLEAGUES: readonly Colleague[] = [
  { username: 'alice', name: 'Alice Moreau', algorithm: 'rsa-2048', roles: [] },
  { username: 'bob', name: 'Bob Lindqvist', algorithm: 'ec-p256', roles: [] },
  { username: 'carol', name: 'Carol Okafor', algorithm: 'ec-p384', roles: ['admin'] },
]

/** Everybody who writes. Dave is a supplier: he has keys of his own, and no account here. */
export const ADDRESSES: Readonly<Record<PersonName, MailAddress>> = {
  alice: { name: 'Alice Moreau', address: 'alice@example.com' },
  bob: { name: 'Bob Lindqvist', address: 'bob@example.com' },
  carol: { name: 'Carol Okafor', address: 'carol@example.com' },
  dave: { name: 'Dave Kessler', address: 'dave@example.com' },
}
