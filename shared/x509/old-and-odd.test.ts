import { afterAll, describe, expect, it } from 'vitest'
import { oid, sequence, utf8String } from '../asn1/writer.ts'
import { hex, utf8 } from '../bytes.ts'
import { OpensslPki } from '#test/support/openssl-pki.ts'
import { certificatesOfPem } from '#test/support/pem.ts'
import type { Certificate } from './certificate.ts'
import { buildChain, type ChainResult } from './chain.ts'
import { findWeakKey } from './strength.ts'

const pki = new OpensslPki([])
afterAll(() => pki.remove())

function made(name: string, args: readonly string[]): Certificate {
  const pem = pki.openssl([
    'req',
    '-x509',
    '-nodes',
    '-days',
    '9',
    '-keyout',
    `${name}.key`,
    ...args,
  ])
  pki.write(`${name}.pem`, pem)
  return certificatesOfPem(new TextDecoder().decode(pem))[0]!
}

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
const extensions = (...texts: string[]) => texts.flatMap((text) => ['-addext', text])
const issuedBy = (issuer: string) => ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`]
const leafOf = (name: string, issuer: string, ...more: string[]) => {
  const usage = ['basicConstraints=CA:FALSE', 'keyUsage=digitalSignature', ...more]
  return made(name, [...EC, ...issuedBy(issuer), '-subj', `/CN=${name}`, ...extensions(...usage)])
}

async function judge(
  leaf: Certificate,
  anchors: readonly Certificate[],
  candidates: readonly Certificate[] = [],
): Promise<string> {
  const question = { leaf, candidates, anchors, at: new Date(), purpose: 'sign' } as const
  const result: ChainResult = await buildChain(question)
  return result.ok ? 'ok' : result.reason
}

/** A certificate without any extension where `file` is null: version 1, as roots had it before 2000. */
function plain(name: string, signer: readonly string[], file: string | null): Certificate {
  const subject = ['-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`]
  pki.openssl(['req', '-new', '-nodes', ...EC, ...subject])
  const added = file === null ? [] : ['-extfile', file]
  const pem = pki.openssl(['x509', '-req', '-in', `${name}.csr`, '-days', '9', ...signer, ...added])
  pki.write(`${name}.pem`, pem)
  return certificatesOfPem(new TextDecoder().decode(pem))[0]!
}

describe('a certificate of version 1', () => {
  it('is a CA by the company’s word alone, and in its own name', async () => {
    const old = plain('old', ['-signkey', 'old.key'], null)
    expect(old.beforeVersion3).toBe(true)
    pki.write('leaf.ext', utf8('keyUsage=digitalSignature\n'))
    const alice = plain('alice', [...issuedBy('old'), '-CAcreateserial'], 'leaf.ext')
    expect(await judge(alice, [old])).toBe('ok')
    expect(await judge(alice, [], [old])).toBe('unknown-issuer')
    const renamed = { ...old, issuerName: pki.ca.subjectName }
    expect(await judge(alice, [renamed])).toBe('unknown-issuer')
  })
})

describe('an authority with constraints on other names than addresses', () => {
  it.each([
    ['permitted;DNS:example.com', 'DNS:www.example.com', 'not-for-email'],
    ['permitted;DNS:example.com', 'email:alice@example.com', 'ok'],
    ['excluded;IP:0.0.0.0/0.0.0.0', 'IP:127.0.0.1', 'not-for-email'],
    ['excluded;IP:0.0.0.0/0.0.0.0', 'email:alice@example.com', 'ok'],
    ['excluded;URI:.example.org', 'URI:http://example.com/', 'not-for-email'],
    ['permitted;otherName:1.3.6.1.4.1.311.20.2.3;UTF8:a', 'email:alice@example.com', 'ok'],
  ])('%s and %s: %s', async (constraint, name, outcome) => {
    const usage = extensions(
      'keyUsage=critical,keyCertSign',
      `nameConstraints=critical,${constraint}`,
    )
    const bound = made('bound', [...EC, '-subj', '/CN=bound', ...usage])
    const alice = leafOf('alice', 'bound', `subjectAltName=${name}`)
    expect(await judge(alice, [bound])).toBe(outcome)
  })
})

describe('an RSA key', () => {
  const rsa = (bits: number, ...exponent: number[]) =>
    findWeakKey({
      kind: 'rsa',
      bits,
      modulus: new Uint8Array(bits / 8),
      exponent: Uint8Array.from(exponent),
      pssOnly: null,
    })

  it('with an exponent that makes no secret is weak, however long', () => {
    expect(rsa(4096, 1)).toBe('rsa-4096 with a bad exponent')
    expect(rsa(4096, 1, 0, 0)).toBe('rsa-4096 with a bad exponent')
    expect(rsa(4096, 3)).toBeNull()
    expect(rsa(2048, 1, 0, 1)).toBeNull()
    expect(rsa(2047, 1, 0, 1)).toBe('rsa-2047')
  })
})

describe('a certificate whose policies have a qualifier', () => {
  const policies = (kind: string) => {
    const qualifier = sequence(oid(kind), utf8String('https://example.com/'))
    return hex(sequence(sequence(oid('1.3.6.1.4.1.55555.1'), sequence(qualifier))))
  }
  it.each([
    ['1.3.6.1.5.5.7.2.1', 'critical,', 'ok'],
    ['1.3.6.1.5.5.7.2.2', 'critical,', 'ok'],
    ['1.3.6.1.4.1.55555.7', '', 'ok'],
    ['1.3.6.1.4.1.55555.7', 'critical,', 'not-for-email'],
  ])('of kind %s, %s comes out as %s', async (kind, critical, outcome) => {
    const root = made('root', [...EC, '-subj', '/CN=root', ...extensions('keyUsage=keyCertSign')])
    const leaf = leafOf('leaf', 'root', `certificatePolicies=${critical}DER:${policies(kind)}`)
    expect(await judge(leaf, [root])).toBe(outcome)
  })
})
