import { describe, expect, it } from 'vitest'
import { explainEncryption, explainLayer, explainSignature } from './explain.ts'
import type {
  BrokenReason,
  EncryptionVerdict,
  SignatureVerdict,
  UntrustedReason,
} from './verdict.ts'

const UNTRUSTED: UntrustedReason[] = [
  'unknown-issuer',
  'expired',
  'not-yet-valid',
  'not-for-email',
  'revoked',
  'weak-algorithm',
  'date-mismatch',
]
const BROKEN: BrokenReason[] = [
  'content-changed',
  'changed-in-transit',
  'signature-mismatch',
  'structure',
  'signer-certificate-missing',
]
const SIGNATURES: SignatureVerdict[] = [
  { kind: 'none' },
  { kind: 'valid', signers: [] },
  { kind: 'wrong-sender', reason: 'address-mismatch', signers: [] },
  ...UNTRUSTED.map(
    (reason) => ({ kind: 'untrusted', reason, goodWhenSigned: false, signers: [] }) as const,
  ),
  ...(['expired', 'revoked'] as const).map(
    (reason) => ({ kind: 'untrusted', reason, goodWhenSigned: true, signers: [] }) as const,
  ),
  { kind: 'unchecked', what: 'DSA with SHA-1', signers: [] },
  ...BROKEN.map((reason) => ({ kind: 'broken', reason, signers: [] }) as const),
]
const DECRYPTED = {
  kind: 'decrypted',
  contentAlgorithm: 'aes-256-gcm',
  keyId: 'k',
  recipients: [],
} as const
const ENCRYPTIONS: EncryptionVerdict[] = [
  { kind: 'none' },
  { ...DECRYPTED, integrity: 'authenticated', weak: false },
  { ...DECRYPTED, integrity: 'none', weak: true },
  { kind: 'no-key', contentAlgorithm: 'aes-256-cbc', recipients: [] },
  { kind: 'damaged', contentAlgorithm: null, reason: 'no message came out' },
  { kind: 'unsupported', contentAlgorithm: null, what: 'compressed-data' },
]
const JARGON =
  /certificate|digest|cipher|algorithm|S\/MIME|RSA|SHA|chain|anchor|issuer|GCM|CBC|layer/i

describe('explanations', () => {
  const all = [...SIGNATURES.map(explainSignature), ...ENCRYPTIONS.map(explainEncryption)]

  it('are different for every outcome, and free of jargon for everybody', () => {
    expect(new Set(all.map(({ plain }) => plain)).size).toBe(all.length)
    expect(new Set(all.map(({ precise }) => precise)).size).toBe(all.length)
    for (const { plain } of all) expect(plain).not.toMatch(JARGON)
    for (const { plain } of all) expect(plain).toMatch(/^[A-Z].*\.$/)
  })

  it('call only a valid signature trusted', () => {
    for (const verdict of SIGNATURES) {
      const trusted = explainSignature(verdict).plain.startsWith('Verified and trusted')
      expect(trusted).toBe(verdict.kind === 'valid')
    }
  })

  it('add a note for a signature that does not count only', () => {
    const layer = {
      kind: 'signed',
      form: 'opaque',
      verdict: { kind: 'valid', signers: [] },
    } as const
    expect(explainLayer({ ...layer, counts: true })).toBeNull()
    expect(explainLayer({ ...layer, counts: false })?.plain).toContain('one more signature')
    expect(explainLayer({ kind: 'encrypted', verdict: { kind: 'none' } })).toBeNull()
  })
})
