import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Certificate } from './certificate.ts'
import { CA, certify, EMAIL_PROTECTION, type Member } from '#test/support/authority.ts'
import { openssl } from '#test/support/openssl.ts'

let folder: string
let root: Member
let alice: Member

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-issue-'))
  root = await certify({ name: 'Example Root', extensions: { ...CA, ca: { pathLength: 0 } } })
  const usage = ['digitalSignature', 'nonRepudiation'] as const
  alice = await certify({ name: 'alice', issuer: root, extensions: { keyUsage: usage } })
  write('root', root.certificate)
  write('alice', alice.certificate)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, { der }: Certificate): void {
  writeFileSync(join(folder, `${name}.der`), der)
  openssl(folder, ['x509', '-inform', 'DER', '-in', `${name}.der`, '-out', `${name}.pem`])
}

function run(...args: string[]): string {
  return Buffer.from(openssl(folder, args)).toString()
}

describe('a certificate that we issue', () => {
  it('is accepted by openssl for signing mail, strictly', () => {
    const how = ['-x509_strict', '-purpose', 'smimesign', '-CAfile', 'root.pem']
    expect(run('verify', ...how, 'alice.pem')).toBe('alice.pem: OK\n')
  })

  it('says to openssl what we wanted it to say', () => {
    const text = run('x509', '-in', 'alice.pem', '-noout', '-text')
    for (const part of [
      'Version: 3 (0x2)',
      'Issuer: C = DE, O = Example, CN = Example Root',
      'Subject: C = DE, O = Example, CN = alice',
      'Digital Signature, Non Repudiation',
      'E-mail Protection',
      'email:alice@example.com',
      'CA:FALSE',
    ]) {
      expect(text).toContain(part)
    }
    const authority = run('x509', '-in', 'root.pem', '-noout', '-text')
    expect(authority).toContain('CA:TRUE, pathlen:0')
    expect(authority).toContain('Certificate Sign, CRL Sign')
  })

  it('is read back by us as it was meant', () => {
    expect(alice.certificate).toMatchObject({
      subject: 'CN=alice,O=Example,C=DE',
      addresses: ['alice@example.com'],
      extendedKeyUsage: [EMAIL_PROTECTION],
      keyKind: 'ec-p256',
      isCa: false,
      unknownCritical: [],
    })
    expect(root.certificate).toMatchObject({ isCa: true, pathLength: 0, addresses: [] })
    expect(alice.certificate.authorityKeyId).toEqual(root.certificate.subjectKeyId)
    expect(alice.certificate.serial.length).toBeGreaterThan(12)
  })
})
