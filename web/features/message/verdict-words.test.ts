import { expect, test } from 'vitest'
import type { OpenedMessage } from '#shared/smime/opened-message.ts'
import type { SignatureVerdict } from '#shared/smime/verdict.ts'
import { verdictWords } from './verdict-words.ts'

const SIGNATURES: readonly SignatureVerdict[] = [
  { kind: 'none' },
  { kind: 'valid', signers: [] },
  { kind: 'wrong-sender', reason: 'address-mismatch', signers: [] },
  { kind: 'untrusted', reason: 'expired', goodWhenSigned: false, signers: [] },
  { kind: 'unchecked', what: 'DSA with SHA-1', signers: [] },
  { kind: 'broken', reason: 'content-changed', signers: [] },
]
const CLOSED: readonly OpenedMessage['encryption'][] = [
  { kind: 'no-key', contentAlgorithm: 'aes-256-cbc', recipients: [] },
  { kind: 'damaged', reason: 'padding', contentAlgorithm: null },
  { kind: 'unsupported', what: 'a password', contentAlgorithm: null },
]

function message(
  signature: SignatureVerdict,
  encryption: OpenedMessage['encryption'] = { kind: 'none' },
): OpenedMessage {
  const headers = {
    from: [],
    to: [],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: '',
    date: null,
    messageId: null,
    inReplyTo: null,
    subjectProtected: false,
  }
  return { headers, body: [], attachments: [], encryption, signature, layers: [] }
}

test('Green is for a valid signature alone', () => {
  for (const signature of SIGNATURES) {
    expect(verdictWords(message(signature)).tone === 'good').toBe(signature.kind === 'valid')
  }
})

test('Content that stays closed is never green, whatever signature is around it', () => {
  for (const encryption of CLOSED) {
    for (const signature of SIGNATURES) {
      expect(verdictWords(message(signature, encryption)).tone).not.toBe('good')
    }
  }
})

test('A message for somebody else names whom it is for', () => {
  const recipients = [{ identifier: 'CN=CA, 7d34', kind: 'key transport', keyId: null }] as const
  const words = verdictWords(
    message({ kind: 'none' }, { kind: 'no-key', contentAlgorithm: 'aes-256-cbc', recipients }),
  )
  expect(words.notes.map(({ text }) => text).join(' ')).toContain(
    'It is for a key from “CA” (number 7d34).',
  )
})
