import {
  bitString,
  contextExplicit,
  encode,
  integer,
  integerOfBytes,
  octetString,
  oid,
  sequence,
  utcOrGeneralizedTime,
} from '#shared/asn1/writer.ts'
import { ENUMERATED } from '#shared/asn1/tags.ts'
import type { Bytes } from '#shared/bytes.ts'
import { signatureIdentifier } from '#shared/x509/signature-algorithm.ts'
import { type Member, signEcdsa } from './authority.ts'

/** A CRL by hand, for what openssl does not write. */
export type MadeCrl = {
  /** The authority's version of it, its name and its key. */
  readonly signer: Member
  /** DER, as `crlEntry` makes them. */
  readonly entries?: readonly Bytes[]
  /** DER, as `extension` makes them. */
  readonly extensions?: readonly Bytes[]
  readonly nextUpdate?: Date | null
}

const TODAY = new Date()
const TOMORROW = new Date(Date.now() + 86_400_000)

/** DER CertificateList, signed by ECDSA with SHA-256. */
export async function makeCrl(of: MadeCrl): Promise<Bytes> {
  const { signer, entries = [], extensions = [], nextUpdate = TOMORROW } = of
  const algorithm = signatureIdentifier({ kind: 'ecdsa', digest: 'sha-256' })
  const tbs = sequence(
    integer(1),
    algorithm,
    signer.certificate.subjectDer,
    utcOrGeneralizedTime(TODAY),
    ...(nextUpdate === null ? [] : [utcOrGeneralizedTime(nextUpdate)]),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    ...(extensions.length === 0 ? [] : [contextExplicit(0, sequence(...extensions))]),
  )
  const signature = await signEcdsa(signer.keys.privateKey, 'sha-256', tbs)
  return sequence(tbs, algorithm, bitString(signature))
}

/** An entry of revokedCertificates. */
export function crlEntry(serial: Bytes, revoked: Date, ...extensions: readonly Bytes[]): Bytes {
  const more = extensions.length === 0 ? [] : [sequence(...extensions)]
  return sequence(integerOfBytes(serial), utcOrGeneralizedTime(revoked), ...more)
}

/** A reasonCode for an entry. */
export function reasonCode(code: number): Bytes {
  return extension('2.5.29.21', encode(ENUMERATED, Uint8Array.of(code)))
}

/** One Extension. */
export function extension(id: string, value: Bytes, critical = false): Bytes {
  const flag = critical ? [encode(1, Uint8Array.of(0xff))] : []
  return sequence(oid(id), ...flag, octetString(value))
}
