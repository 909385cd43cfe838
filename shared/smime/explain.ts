import type {
  BrokenReason,
  EncryptionVerdict,
  Layer,
  SignatureVerdict,
  Signer,
  UntrustedReason,
} from './verdict.ts'

/** A verdict in words: `plain` for everybody, `precise` for those who know what a certificate is. */
export type Explanation = { readonly plain: string; readonly precise: string }

/** What the signature says about the message, and what the reader can do. */
export function explainSignature(verdict: SignatureVerdict): Explanation {
  switch (verdict.kind) {
    case 'none':
      return {
        plain: 'This message is not signed: nothing proves who wrote it.',
        precise: 'No S/MIME signature covers the whole content of this message.',
      }
    case 'valid':
      return {
        plain: `Verified and trusted: ${signerName(verdict.signers)} wrote this message, and nobody has changed it since.`,
        precise:
          'The signature matches the content, the certificate leads to an anchor of this company and may be used for mail, and its address is the sender’s.',
      }
    case 'wrong-sender':
      return {
        plain: `Signed by ${signerName(verdict.signers)}, who is not the sender shown above. Do not rely on the sender’s name.`,
        precise:
          'The signature and its certificate are good, but the message does not have exactly one From address that the certificate holds.',
      }
    case 'untrusted':
      return explainUntrusted(verdict)
    case 'unchecked':
      return {
        plain:
          'This message is signed in a way that could not be checked here. Treat it as not signed.',
        precise: `The signature could not be checked (${verdict.what}).`,
      }
    case 'broken':
      return BROKEN[verdict.reason]
  }
}

/** Whether and how the content was encrypted, and what the reader can do. */
export function explainEncryption(verdict: EncryptionVerdict): Explanation {
  switch (verdict.kind) {
    case 'none':
      return {
        plain: 'This message is not encrypted: others could have read it on its way.',
        precise: 'The root of the message is no S/MIME encrypted object.',
      }
    case 'decrypted':
      return {
        plain: verdict.weak
          ? 'This message was encrypted for you, in an old way that is no longer safe.'
          : 'This message was encrypted for you.',
        precise: `Decrypted with ${verdict.contentAlgorithm}${verdict.integrity === 'authenticated' ? ', which also shows that the content was not changed.' : ', which by itself does not show whether the content was changed.'}`,
      }
    case 'no-key':
      return {
        plain:
          'This message was encrypted for somebody else, or for a key that you no longer have.',
        precise: `None of the ${String(verdict.recipients.length)} recipient entries names one of your certificates (content: ${verdict.contentAlgorithm}).`,
      }
    case 'damaged':
      return {
        plain:
          'This encrypted message is damaged and cannot be shown. Ask the sender to send it again.',
        precise: `Nothing of the content is shown: ${verdict.reason}`,
      }
    case 'unsupported':
      return {
        plain: 'This message was protected in a way that Postern cannot read.',
        precise: `Not supported: ${verdict.what}.`,
      }
  }
}

/** What else is to be said about a layer, as a note beside the verdict; null where there is nothing. */
export function explainLayer(layer: Layer): Explanation | null {
  switch (layer.kind) {
    case 'signed':
      return layer.counts ? null : explainOuterSignature(layer.verdict)
    case 'certificates':
      return {
        plain:
          'This message holds certificates and nothing to read. Its sender lets you know how to write to them in secret.',
        precise: `Certificates only, ${String(layer.certificates.length)} of them (RFC 8551 §3.8): nothing is signed.`,
      }
    case 'encrypted':
    case 'compressed':
      return null
  }
}

function explainOuterSignature(verdict: SignatureVerdict): Explanation {
  const signers = 'signers' in verdict ? verdict.signers : []
  return {
    plain: `There is one more signature, by ${signerName(signers)}. It does not tell who wrote what you read here.`,
    precise: `A signature outside the encryption or within another signature does not speak for the message (it is ${verdict.kind}).`,
  }
}

function explainUntrusted({
  reason,
  goodWhenSigned,
  signers,
}: Extract<SignatureVerdict, { kind: 'untrusted' }>): Explanation {
  const since = goodWhenSigned ? SINCE[reason] : undefined
  const { but, precise } = since ?? UNTRUSTED[reason]
  const plain = `Verified, but not trusted: nobody has changed the message since ${signerName(signers)} signed it, but ${but}`
  return { plain, precise }
}

type Distrust = { readonly but: string; readonly precise: string }

/** What came to be after the signing, by the signer's own account of when that was. */
const SINCE: Readonly<Partial<Record<UntrustedReason, Distrust>>> = {
  expired: {
    but: 'the proof of that name has run out since. It was valid at the time stated for the signing.',
    precise:
      'All certificates of the chain were valid at the signing time that the signer states, and one has expired since; no third party confirms that time.',
  },
  revoked: {
    but: 'the proof of that name has been withdrawn since, though not because the key was stolen. It was valid at the time stated for the signing.',
    precise:
      'A certificate of the chain was revoked after the signing time that the signer states, for a reason that spares earlier signatures; no third party confirms that time.',
  },
}

const UNTRUSTED: Readonly<Record<UntrustedReason, Distrust>> = {
  'unknown-issuer': {
    but: 'nobody your company trusts vouches for that name.',
    precise: 'No chain of certificates leads from the signer to an anchor of this company.',
  },
  expired: {
    but: 'the proof of that name has run out.',
    precise: 'A certificate of the chain had expired at the time of judging.',
  },
  'not-yet-valid': {
    but: 'the proof of that name is not valid yet. Check the clock of this device.',
    precise: 'A certificate of the chain was not valid yet at the time of judging.',
  },
  'not-for-email': {
    but: 'the proof of that name is not meant for mail.',
    precise: 'Key usage or extended key usage of the certificate does not allow signing mail.',
  },
  revoked: {
    but: 'the proof of that name has been withdrawn. Somebody else may have signed.',
    precise:
      'A certificate of the chain has been revoked: before the stated signing time, or for a reason that reaches back, such as a compromised key.',
  },
  'weak-algorithm': {
    but: 'it was signed in an old way that can be forged today.',
    precise: 'The digest is weaker than SHA-256, or an RSA key is shorter than 2048 bits.',
  },
  'date-mismatch': {
    but: 'the date shown above is not the time of signing. It may be an old message sent again.',
    precise:
      'The Date field is more than one hour away from the signing time that the signer states.',
  },
}

const BROKEN: Readonly<Record<BrokenReason, Explanation>> = {
  'content-changed': {
    plain: 'This message was changed after it was signed. Do not rely on it.',
    precise: 'The digest of the content is not the one that was signed.',
  },
  'changed-in-transit': {
    plain:
      'This message was changed after it was signed, probably on its way by a mail server that only changed its form. Do not rely on it, but ask the sender to send it again.',
    precise:
      'The digest of the content is not the one that was signed, but it would be, and the signature would hold, without one change that mail servers make; the checks name it.',
  },
  'signature-mismatch': {
    plain: 'The signature of this message is false. Do not rely on it.',
    precise: 'The signature value does not hold under the key of the signer’s certificate.',
  },
  structure: {
    plain:
      'The signature of this message is not made as it must be. Treat the message as not signed.',
    precise:
      'The signed object cannot be read, has no signer, lacks required signed attributes, or brings its own content where it must have none.',
  },
  'signer-certificate-missing': {
    plain: 'The message does not bring the proof of who signed it, so nothing can be checked.',
    precise: 'The signer’s certificate is neither in the message nor among the known ones.',
  },
}

/** The address in the signer's certificate, else the subject; several joined. */
function signerName(signers: readonly Signer[]): string {
  const names = signers.map(({ certificate }) => certificate?.addresses[0] ?? certificate?.subject)
  return names.filter((name) => name !== undefined).join(' and ') || 'an unknown signer'
}
