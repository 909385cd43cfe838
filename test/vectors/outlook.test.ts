import { afterAll, describe, expect, it } from 'vitest'
import { base64 } from '#shared/base64.ts'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { isPosternError } from '#shared/errors.ts'
import { parseMessageFile } from '#shared/outlook/message-file.ts'
import { readTnef } from '#shared/outlook/tnef.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { messageFile, winmail } from '#test/support/outlook-files.ts'
import { openAs, textOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const CONTENT = utf8('Content-Type: text/plain; charset=utf-8\r\n\r\nFrom Outlook, with care.\r\n')
const HEADERS = 'From: Alice <alice@example.com>\r\nSubject: A file\r\nContent-Type: x/y\r\n'
const SIGNER = ['-signer', 'alice-sign.pem', '-inkey', 'alice-sign.key']
const read = (bytes: Bytes) => openAs(bytes, [pki.key('bob')], [pki.ca])
const signed = (...options: string[]) =>
  pki.openssl(['cms', '-sign', ...SIGNER, ...options], CONTENT)

describe('an Outlook file with an S/MIME body', () => {
  it('opens when encrypted and signed, small or of many sectors', async () => {
    for (const content of [signed(), concat(signed(), new Uint8Array(3_000_000).fill(10))]) {
      const args = ['cms', '-encrypt', '-aes-256-cbc', '-outform', 'DER', 'bob.pem']
      const attachment = { name: 'smime.p7m', mediaType: 'application/x-pkcs7-mime' }
      const file = messageFile({ '001A': 'IPM.Note.SMIME', '007D': HEADERS }, [
        { ...attachment, bytes: pki.openssl(args, content) },
      ])
      const message = await read(file)
      expect(message).toMatchObject({
        headers: { from: [{ address: 'alice@example.com' }], subject: 'A file' },
        encryption: { kind: 'decrypted' },
        signature: { kind: 'valid' },
      })
      expect(textOf(message)).toBe('From Outlook, with care.')
    }
  })

  it('verifies when clear-signed, and is broken when changed', async () => {
    const bytes = signed()
    const attachment = { name: 'smime.p7m', mediaType: 'multipart/signed', bytes }
    const properties = { '001A': 'IPM.Note.SMIME.MultipartSigned', '007D': HEADERS }
    expect((await read(messageFile(properties, [attachment]))).signature.kind).toBe('valid')
    const text = new TextDecoder().decode(bytes).replace('with care', 'with malice')
    const changed = messageFile(properties, [{ ...attachment, bytes: utf8(text) }])
    expect((await read(changed)).signature.kind).toBe('broken')
  })

  it('takes the sender from Outlook’s own properties where no fields were kept', async () => {
    const properties = {
      '001A': 'IPM.Note.SMIME',
      '0C1A': 'Alice\r\nBcc: mallory@example.com',
      '5D01': 'alice@example.com',
      '0037': 'Kept',
    }
    const bytes = signed('-nodetach', '-outform', 'DER')
    const file = messageFile(properties, [{ name: 'smime.p7m', mediaType: '', bytes }])
    const message = await read(file)
    expect(message.signature.kind).toBe('valid')
    expect(message.headers.subject).toBe('Kept')
  })
})

describe('any other Outlook file', () => {
  it('shows its text and its attachments', async () => {
    const file = messageFile({ '001A': 'IPM.Note', '007D': HEADERS, '1000': 'Größe: 42' }, [
      { name: 'plan.pdf', mediaType: 'application/pdf', bytes: utf8('%PDF') },
    ])
    const message = await read(file)
    expect(textOf(message)).toBe('Größe: 42')
    expect(message.attachments).toMatchObject([{ name: 'plan.pdf', size: 4 }])
    expect(await message.attachments[0]!.bytes()).toEqual(utf8('%PDF'))
    expect(message.signature.kind).toBe('none')
  })

  it('ends in a file to save or a typed failure when it is cut or changed anywhere', async () => {
    const file = messageFile({ '001A': 'IPM.Note', '007D': HEADERS, '1000': 'x'.repeat(9000) }, [
      { name: 'a.bin', mediaType: 'a/b', bytes: new Uint8Array(20_000) },
    ])
    for (let at = 8; at < file.length; at += 61) {
      for (const changed of [file.with(at, 255), file.with(at, 0), file.subarray(0, at)]) {
        try {
          parseMessageFile(concat(changed))
        } catch (error) {
          expect(isPosternError(error, 'mime/malformed', 'mime/limit')).toBe(true)
        }
      }
    }
    const message = await read(concat(file.subarray(0, 700)))
    expect(message.body).toEqual([])
    expect(message.attachments).toHaveLength(1)
  })
})

describe('winmail.dat', () => {
  const packed = winmail('The text of it.', [
    { name: 'bill.xls', bytes: utf8('numbers') },
    { name: '..\\..\\evil.exe', bytes: utf8('x') },
  ])
  const mailWith = (part: string) => {
    const head = 'Content-Type: application/ms-tnef; name=winmail.dat'
    const attached = `${head}\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(packed)}`
    const mixed = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${part}--b\r\n${attached}\r\n--b--`
    return utf8(`From: alice@example.com\r\nMIME-Version: 1.0\r\n${mixed}\r\n`)
  }

  it('is listed with what lies in it, under safe names, and its text is shown', async () => {
    const message = await read(mailWith(''))
    expect(message.attachments).toMatchObject([
      { name: 'winmail.dat', mediaType: 'application/ms-tnef' },
      { name: 'bill.xls', size: 7, unpackedFrom: 'winmail.dat' },
      { name: 'evil.exe', unpackedFrom: 'winmail.dat' },
    ])
    expect(await message.attachments[1]!.bytes()).toEqual(utf8('numbers'))
    expect(textOf(message)).toBe('The text of it.')
  })

  it('does not replace the text that the mail has', async () => {
    const message = await read(mailWith('--b\r\nContent-Type: text/plain\r\n\r\nMine.\r\n'))
    expect(textOf(message)).toBe('Mine.')
  })

  it('never throws, and gives what stands before the damage', () => {
    for (let end = 0; end < packed.length; end++) {
      expect(readTnef(packed.subarray(0, end)).files.length).toBeLessThanOrEqual(2)
    }
    expect(readTnef(packed.with(40, packed[40]! ^ 1)).files).toEqual([])
  })
})
