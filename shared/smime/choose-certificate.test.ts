import { beforeAll, describe, expect, it } from 'vitest'
import { CA, certify, type Member, type MemberFields } from '#test/support/authority.ts'
import { findCertificateFor } from './choose-certificate.ts'

const NOW = new Date()
const days = (count: number) => new Date(+NOW + count * 86_400_000)

let root: Member
let old: Member
let renewed: Member
let replaced: Member

const bob = (fields: Partial<MemberFields> = {}) =>
  certify({
    name: 'bob',
    issuer: root,
    notAfter: days(30),
    extensions: { keyUsage: ['keyAgreement'] },
    ...fields,
  })

beforeAll(async () => {
  root = await certify({ name: 'root', extensions: CA, notBefore: days(-900), notAfter: days(900) })
  old = await bob({ notBefore: days(-400), notAfter: days(20) })
  renewed = await bob({ notBefore: days(-20), keys: old.keys })
  replaced = await bob({ notBefore: days(-5) })
})

const chosen = async (found: readonly Member[], at = NOW, address = 'bob@example.com') => {
  const certificates = found.map(({ certificate }) => certificate)
  const anchors = [root.certificate]
  return findCertificateFor({ address, found: certificates, candidates: [], anchors, at })
}

describe('of several certificates for one address', () => {
  it('the newest is written to: a renewal of the key, or a new key', async () => {
    expect(await chosen([old, renewed])).toBe(renewed.certificate)
    expect(await chosen([replaced, old, renewed])).toBe(replaced.certificate)
    expect(await chosen([renewed, replaced])).toBe(replaced.certificate)
  })

  it('one that is not valid yet, or no longer, gives way to one that is', async () => {
    const early = await bob({ notBefore: days(3) })
    const late = await bob({ notBefore: days(-2), notAfter: days(-1) })
    expect(await chosen([early, late, old])).toBe(old.certificate)
    expect(await chosen([early, late, old], days(4))).toBe(early.certificate)
    expect(await chosen([early, late])).toBeNull()
  })

  it('one to sign with, or for another purpose than mail, is passed over', async () => {
    const signing = await bob({ extensions: { keyUsage: ['digitalSignature'] } })
    const usages = { keyUsage: ['keyAgreement'], extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] } as const
    const forServers = await bob({ notBefore: days(-1), extensions: usages })
    expect(await chosen([signing, forServers, old])).toBe(old.certificate)
    expect(await chosen([signing, forServers])).toBeNull()
  })

  it('one of somebody else, or of an authority that nobody trusts, is passed over', async () => {
    const stranger = await certify({ name: 'root', extensions: CA })
    const forged = await bob({ issuer: stranger, notBefore: days(-1) })
    expect(await chosen([forged, old])).toBe(old.certificate)
    expect(await chosen([old], NOW, 'alice@example.com')).toBeNull()
    expect(await chosen([old], NOW, 'Bob@EXAMPLE.com')).toBe(old.certificate)
    expect(await chosen([])).toBeNull()
  })
})
