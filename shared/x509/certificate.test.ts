import { assert, nat, property, uint8Array } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bytes, concat, hex } from '#shared/bytes.ts'
import { onlyFailsWith } from '#test/support/hostile.ts'
import { OpensslPki } from '#test/support/openssl-pki.ts'
import { EMAIL_PROTECTION } from '#test/support/authority.ts'
import { contextExplicit, sequence } from '../asn1/writer.ts'
import { type Certificate, parseCertificate, readableCertificates } from './certificate.ts'
import { encodeName } from './issue.ts'

let company: OpensslPki

beforeAll(() => {
  company = new OpensslPki([
    {
      name: 'alice',
      address: 'alice@example.com',
      kind: 'rsa-2048',
      keyUsage: 'digitalSignature,nonRepudiation',
      extensions: ['extendedKeyUsage=emailProtection,clientAuth', '1.2.3.4=critical,ASN1:NULL'],
    },
    { name: 'bob', address: 'bob@example.com', kind: 'ec-p384', keyUsage: 'keyAgreement' },
  ])
})
afterAll(() => company.remove())

/** A self-signed certificate with this subject and these extensions, as openssl writes it. */
function opensslWrites(subject: string, ...extensions: string[]): Certificate {
  const key = ['-key', 'bob.key', '-subj', subject, '-utf8', '-days', '10', '-outform', 'DER']
  const added = extensions.flatMap((extension) => ['-addext', extension])
  return parseCertificate(company.openssl(['req', '-x509', ...key, ...added]))
}

describe('a certificate by openssl', () => {
  it('is read in all parts', () => {
    const { certificate } = company.key('alice')
    expect(certificate).toMatchObject({
      subject: 'CN=alice',
      issuer: 'CN=Test CA',
      addresses: ['alice@example.com'],
      keyKind: 'rsa-2048',
      isCa: false,
      pathLength: null,
      extendedKeyUsage: [EMAIL_PROTECTION, '1.3.6.1.5.5.7.3.2'],
      unknownCritical: ['1.2.3.4'],
      signatureAlgorithm: { kind: 'rsa-pkcs1', digest: 'sha-256' },
    })
    expect(certificate.keyUsage).toMatchObject({ digitalSignature: true, keyEncipherment: false })
    expect(company.ca).toMatchObject({ isCa: true, subject: 'CN=Test CA' })
    expect(company.key('bob').certificate.keyKind).toBe('ec-p384')
  })

  it('has the serial, the key identifier and the times that openssl prints', () => {
    const { certificate } = company.key('alice')
    const print = [
      'x509',
      '-in',
      'alice.pem',
      '-noout',
      '-serial',
      '-dates',
      '-ext',
      'subjectKeyIdentifier',
    ]
    const text = Buffer.from(company.openssl(print)).toString()
    const [, serial = ''] = /serial=(\w+)/.exec(text)!
    expect(BigInt(`0x${hex(certificate.serial)}`)).toBe(BigInt(`0x${serial}`))
    expect(text.replaceAll(':', '').toLowerCase()).toContain(hex(certificate.subjectKeyId!))
    expect(new Date(/notBefore=(.*)/.exec(text)![1]!)).toEqual(certificate.notBefore)
    expect(new Date(/notAfter=(.*)/.exec(text)![1]!)).toEqual(certificate.notAfter)
  })

  it('takes the address of the subject only where no alternative name has one', () => {
    const subject = '/CN=A/emailAddress=subject@example.com'
    expect(opensslWrites(subject).addresses).toEqual(['subject@example.com'])
    const other = opensslWrites(subject, 'subjectAltName=DNS:example.com')
    expect(other.addresses).toEqual(['subject@example.com'])
    const named = opensslWrites(subject, 'subjectAltName=email:a@example.com,email:b@example.com')
    expect(named.addresses).toEqual(['a@example.com', 'b@example.com'])
  })

  it('has the directory names of its subject and of the alternative names', () => {
    const other = sequence(contextExplicit(4, encodeName({ commonName: 'B' })))
    const text = `subjectAltName=DER:${hex(other)}`
    const names = opensslWrites('/CN=A', text).directoryNames.map((name) => name.text)
    expect(names).toEqual(['CN=A', 'CN=B'])
    expect(opensslWrites('/', text).directoryNames).toHaveLength(1)
  })

  it('has no address with characters that cannot be seen', () => {
    const mailbox = 'subjectAltName=otherName:1.3.6.1.5.5.7.8.9;UTF8:alice@example.com\u0001'
    expect(opensslWrites('/CN=A', mailbox).addresses).toEqual([])
  })

  it('takes a mailbox of the kind for international ones, too (RFC 9598)', () => {
    const name = 'subjectAltName=otherName:1.3.6.1.5.5.7.8.9;UTF8:alice@example.com'
    expect(opensslWrites('/CN=A', name).addresses).toEqual(['alice@example.com'])
    const other = 'subjectAltName=otherName:1.3.6.1.4.1.311.20.2.3;UTF8:alice@example.com'
    expect(opensslWrites('/CN=A', other).addresses).toEqual([])
  })

  it.each([
    ['/C=DE/O=Example/CN=Zoë', 'CN=Zoë,O=Example,C=DE'],
    ['/CN=Doe, Jane', String.raw`CN=Doe\, Jane`],
    ['/CN= blanks ', String.raw`CN=\ blanks\ `],
    ['/CN=#1', String.raw`CN=\#1`],
    ['/CN=right\u202eleft', String.raw`CN=right\e280aeleft`],
    ['/CN=A+OU=B', 'CN=A+OU=B'],
  ])('with the subject %s shows %s', (subject, text) => {
    expect(opensslWrites(subject).subject).toBe(text)
  })

  it('with name constraints keeps them', () => {
    const ca = ['basicConstraints=critical,CA:TRUE,pathlen:2']
    const text = 'nameConstraints=critical,permitted;email:example.com,excluded;email:.evil.example'
    const { nameConstraints, pathLength, unknownCritical } = opensslWrites('/CN=A', ...ca, text)
    expect(nameConstraints).toEqual({
      permitted: [{ kind: 'address', address: 'example.com' }],
      excluded: [{ kind: 'address', address: '.evil.example' }],
    })
    expect(pathLength).toBe(2)
    expect(unknownCritical).toEqual([])
  })
})

describe('hostile certificates', () => {
  it('are refused with something behind them, cut short, or too large', () => {
    const { der } = company.ca
    const large = concat(der, new Uint8Array(70_000))
    for (const hostile of [
      concat(der, Uint8Array.of(0)),
      der.slice(0, -1),
      new Uint8Array(),
      large,
    ]) {
      expect(() => parseCertificate(hostile)).toThrow(
        expect.objectContaining({ code: 'x509/malformed' }),
      )
    }
  })

  it('do not keep the readable ones of a message from being read', () => {
    const { der } = company.ca
    expect(readableCertificates([der.slice(1), der, Uint8Array.of(1)])).toHaveLength(1)
  })

  it('fail in our own way or not at all', () => {
    const { der } = company.key('alice').certificate
    const parse = (hostile: Bytes): void => {
      onlyFailsWith(['x509/malformed'], () => parseCertificate(hostile))
    }
    assert(
      property(nat({ max: der.length - 1 }), nat({ max: 255 }), (at, value) => {
        const changed = concat(der)
        changed[at] = value
        parse(changed)
      }),
      { numRuns: 3000 },
    )
    assert(
      property(nat({ max: der.length }), uint8Array({ maxLength: 30 }), (at, inserted) => {
        parse(concat(der.subarray(0, at), inserted, der.subarray(at)))
      }),
      { numRuns: 500 },
    )
  })
})
