import { afterAll, describe, expect, it } from 'vitest'
import { seal } from '#shared/smime/seal.ts'
import { draftFrom } from '#test/support/drafts.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, textOf } from '#test/support/reading.ts'
import { softwareSigner } from '#test/support/software-keys.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const certificate = (name: string) => pki.key(name).certificate
const signer = (who: string) => softwareSigner(pki.key(`${who}-sign`), 'sha-256', new Date())

function decrypt(who: string, bytes: Uint8Array): Uint8Array {
  return pki.openssl(['cms', '-decrypt', '-recip', `${who}.pem`, '-inkey', `${who}.key`], bytes)
}

function verify(bytes: Uint8Array): string {
  const args = ['cms', '-verify', '-CAfile', 'ca.pem', '-purpose', 'smimesign']
  return text(pki.openssl(args, bytes))
}

const CIPHERS = ['aes-128-cbc', 'aes-256-cbc', 'aes-128-gcm', 'aes-256-gcm'] as const

describe('what Postern encrypted', () => {
  for (const content of CIPHERS) {
    it.each(['alice', 'bob', 'carol'])(`is opened by openssl: ${content} for %s`, async (who) => {
      const to = ['alice', 'bob', 'carol'].map(certificate)
      const bytes = await seal(draftFrom(), {
        sign: null,
        form: 'detached',
        encrypt: { to, content },
      })
      expect(text(decrypt(who, bytes))).toContain('Secret text.')
    })
  }

  it('is opened by openssl with RSA-OAEP', async () => {
    const to = [certificate('alice')]
    const encrypt = { to, content: 'aes-256-gcm', oaep: true } as const
    const bytes = await seal(draftFrom(), { sign: null, form: 'detached', encrypt })
    expect(text(decrypt('alice', bytes))).toContain('Secret text.')
  })
})

describe('what Postern signed', () => {
  for (const form of ['detached', 'opaque'] as const) {
    it.each(['alice', 'bob', 'carol'])(`is verified by openssl: ${form} by %s`, async (who) => {
      const draft = draftFrom(`${who}@example.com`)
      const bytes = await seal(draft, { sign: signer(who), form, encrypt: null })
      expect(verify(bytes)).toContain('Secret text.')
      const message = await openAs(bytes, [], [pki.ca])
      expect(message.signature.kind).toBe('valid')
    })
  }

  it('is verified by openssl inside what it decrypted', async () => {
    const to = [certificate('bob')]
    const bytes = await seal(draftFrom(), {
      sign: signer('alice'),
      form: 'detached',
      encrypt: { to, content: 'aes-256-gcm' },
    })
    const inside = decrypt('bob', bytes)
    expect(verify(inside)).toContain('Secret text.')
  })
})

describe('seal and open', () => {
  it('give back the draft, with its hidden subject', async () => {
    const draft = draftFrom()
    const bytes = await seal(draft, {
      sign: signer('alice'),
      form: 'opaque',
      encrypt: { to: [certificate('bob')], content: 'aes-256-cbc' },
    })
    expect(text(bytes)).toContain('Subject: [...]\r\n')
    const message = await openAs(bytes, [pki.key('bob')], [pki.ca])
    expect(message).toMatchObject({
      headers: {
        from: [draft.from],
        to: draft.to,
        cc: draft.cc,
        subject: draft.subject,
        subjectProtected: true,
        messageId: draft.messageId,
      },
      encryption: { kind: 'decrypted' },
      signature: { kind: 'valid' },
    })
    expect(textOf(message)).toBe(draft.html)
    expect(message.attachments).toMatchObject([
      { name: 'Bericht für März.bin', encryptedPart: false },
    ])
    expect(await message.attachments[0]!.bytes()).toEqual(draft.attachments[0]!.bytes)
  })

  it('repeat a hidden subject in the text, for readers who do not know where to look', async () => {
    const encrypt = { to: [certificate('bob')], content: 'aes-256-cbc' } as const
    const draft = draftFrom('alice@example.com', { subject: 'The plan' })
    const inside = text(decrypt('bob', await seal(draft, { sign: null, form: 'opaque', encrypt })))
    expect(inside.match(/hp-legacy-display="1"/g)).toHaveLength(2)
    expect(inside).toContain('\r\n\r\nSubject: The plan\r\n\r\nSecret text.')
    expect(inside.replaceAll('=\r\n', '')).toContain('<pre>Subject: The plan</pre>')
    const clear = text(await seal(draft, { sign: null, form: 'opaque', encrypt: null }))
    expect(clear).not.toContain('legacy')
  })

  it('write short lines that end with CRLF, and nothing of Bcc, in every form', async () => {
    const encrypt = { to: [certificate('bob')], content: 'aes-256-gcm' } as const
    for (const sign of [null, signer('alice')]) {
      for (const form of ['detached', 'opaque'] as const) {
        for (const encryption of [null, encrypt]) {
          const bytes = await seal(draftFrom(), { sign, form, encrypt: encryption })
          for (const line of text(bytes).split('\r\n'))
            expect(line).toMatch(/^(?:[\t -~]{0,77}[!-~])?$/)
          expect(text(bytes)).not.toContain('dave')
          const message = await openAs(bytes, [pki.key('bob')], [pki.ca])
          expect(JSON.stringify(message.headers)).not.toContain('dave')
        }
      }
    }
  })
})
