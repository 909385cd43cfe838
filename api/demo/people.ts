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

/** The company's users, one for each kind of key that mail meets; two administrate, for some things take two. */
export const COLLEAGUES: readonly Colleague[] = [
  { username: 'alice', name: 'Alice', algorithm: 'rsa-2048', roles: [] },
  { username: 'bob', name: 'Bob', algorithm: 'ec-p256', roles: ['admin'] },
  { username: 'carol', name: 'Carol', algorithm: 'ec-p384', roles: ['admin'] },
]

/** Everybody who writes. Dave is a supplier: he has keys of his own, and no account here. */
export const ADDRESSES: Readonly<Record<PersonName, MailAddress>> = {
  alice: { name: 'Alice', address: 'alice@example.com' },
  bob: { name: 'Bob', address: 'bob@example.com' },
  carol: { name: 'Carol', address: 'carol@example.com' },
  dave: { name: 'Dave', address: 'dave@example.com' },
}
