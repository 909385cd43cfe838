import { childrenOf, type Cursor, type Element } from '../asn1/reader.ts'
import { context, SEQUENCE } from '../asn1/tags.ts'
import { PosternError } from '../errors.ts'
import { type GeneralName, parseGeneralName } from './general-name.ts'
import { isBelow, type Name } from './name.ts'

/** NameConstraints (RFC 5280 §4.2.1.10): which names a CA may speak for. */
export type NameConstraints = {
  readonly permitted: readonly GeneralName[]
  readonly excluded: readonly GeneralName[]
}

const MAX_SUBTREES = 1000 // public CAs with constraints list some dozens

/** Parses NameConstraints. Bounds other than the whole subtree are refused, as RFC 5280 does not use them. */
export function parseNameConstraints(cursor: Cursor): NameConstraints {
  const fields = cursor.sequence()
  const permitted = subtrees(fields.nextIf(context(0)))
  const excluded = subtrees(fields.nextIf(context(1)))
  fields.end()
  return { permitted, excluded }
}

/** The names of a certificate that constraints bind. */
export type BoundNames = {
  readonly directoryNames: readonly Name[]
  readonly addresses: readonly string[]
  /** Forms of the further alternative names, as `GeneralName` has them. */
  readonly otherForms: readonly string[]
}

/**
 * Whether a certificate with these names stays within the constraints. A host that is not in ASCII, as a
 * SmtpUTF8Mailbox may have, does not stay within constraints on addresses: they are spelt as A-labels (RFC 9598 §6),
 * and nothing here converts. Nor does a name of a form that nothing here compares, once that form is constrained: who
 * cannot process a constraint must reject what it binds (RFC 5280 §4.2.1.10).
 */
export function satisfies(
  constraints: NameConstraints,
  { directoryNames, addresses, otherForms }: BoundNames,
): boolean {
  const names: GeneralName[] = [
    ...addresses.map((address) => ({ kind: 'address', address }) as const),
    ...directoryNames.map((name) => ({ kind: 'directory', name }) as const),
    ...otherForms.map((form) => ({ kind: 'other', form }) as const),
  ]
  return names.every((name) => {
    const sameKind = constraints.permitted.filter((base) => isOfForm(name, base))
    const permitted =
      sameKind.length === 0 || sameKind.some((base) => isWithin(name, base) === true)
    return permitted && constraints.excluded.every((base) => isWithin(name, base) === false)
  })
}

function isOfForm(name: GeneralName, base: GeneralName): boolean {
  if (name.kind === 'other' && base.kind === 'other') return name.form === base.form
  return name.kind === base.kind
}

/** Null where the two cannot be compared. An empty address stands for all of them, as other verifiers read it. */
function isWithin(name: GeneralName, base: GeneralName): boolean | null {
  if (!isOfForm(name, base)) return false
  if (name.kind === 'directory' && base.kind === 'directory') return isBelow(name.name, base.name)
  if (name.kind !== 'address' || base.kind !== 'address') return null
  if (base.address === '') return true
  if (!isAscii(hostOf(name.address)) || !isAscii(hostOf(base.address))) return null
  const address = name.address.toLowerCase()
  const limit = base.address.toLowerCase()
  if (limit.includes('@')) return address === limit
  const host = hostOf(address)
  return limit.startsWith('.') ? host.endsWith(limit) : host === limit
}

function hostOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

function isAscii(text: string): boolean {
  return /^[\u0000-\u007f]*$/.test(text)
}

function subtrees(element: Element | null): GeneralName[] {
  if (element === null) return []
  return childrenOf(element)
    .rest(MAX_SUBTREES)
    .map((subtree) => {
      if (subtree.tag !== SEQUENCE) throw new PosternError('x509/malformed', 'bad name constraint')
      const fields = childrenOf(subtree)
      const base = parseGeneralName(fields.next())
      fields.end()
      return base
    })
}
