import { afterAll, describe, expect, it } from 'vitest'
import { Budget } from '#shared/budget.ts'
import { utf8 } from '#shared/bytes.ts'
import { decodeBase64 } from '#shared/mime/base64-body.ts'
import { boundReader } from '#shared/smime/bounded-reader.ts'
import { explainSignature } from '#shared/smime/explain.ts'
import { readSignedData, verifyDetached } from '#shared/smime/signed-layer.ts'
import type { SignatureVerdict } from '#shared/smime/verdict.ts'
import { clearSigned, mailOf } from '#test/support/clear-signed.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, readerOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS.slice(0, 1))
afterAll(() => pki.remove())

const LONG = 'a line that is long enough for a relay to wrap it '.repeat(3)
const TEXT = `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße \r\n${LONG}\r\n-- \r\nEnd\r\n`
const SIGNED = clearSigned(pki, TEXT)
const TRIMMED = clearSigned(pki, TEXT.replaceAll(/[ ]+\r\n/g, '\r\n'))
const read = (mail: string) => openAs(mailOf(mail), [], [pki.ca])

const toSevenBits = (mail: string) =>
  mail
    .replace('Content-Transfer-Encoding: 8bit', 'Content-Transfer-Encoding: quoted-printable')
    .replace('Grüße ', 'Gr=C3=BC=C3=9Fe=20')

/** What the checks name as the change. */
function changesIn(signature: SignatureVerdict): string[] {
  const checks = 'signers' in signature ? signature.signers.flatMap((signer) => signer.checks) : []
  return checks.flatMap(({ name, detail }) => (name === 'changed in transit' ? [detail] : []))
}

describe('a relay', () => {
  it.each([
    ['to LF', (mail: string) => mail.replaceAll('\r\n', '\n')],
    ['to CRLF', (mail: string) => mail.replace(/\r?\n/g, '\r\n')],
  ])('may turn line ends %s: the signature is over CRLF', async (_name, change) => {
    expect((await read(change(SIGNED))).signature.kind).toBe('valid')
  })

  it.each([
    ['trims a blank', 'a blank', (mail: string) => mail.replace('Grüße ', 'Grüße')],
    ['trims the blank of "-- "', 'blanks trimmed', (mail: string) => mail.replace('-- ', '--')],
    ['adds blanks', 'blanks added', (mail: string) => mail.replaceAll(/^(End|--.*)$/gm, '$1 ')],
    [
      'wraps long lines',
      'long lines wrapped',
      (mail: string) => mail.replaceAll('for a relay', 'for a\n relay'),
    ],
    [
      'breaks long lines',
      'at "!"',
      (mail: string) => mail.replaceAll('for a relay', 'for a!\n  relay'),
    ],
    ['wraps fields', 'fields', (mail: string) => mail.replace('; charset', ';\n charset')],
    ['adds an empty line', 'line added', (mail: string) => mail.replace('\nEnd', '\nEnd\n')],
    ['trims the end', 'line trimmed', (mail: string) => mail.replace(/(\nEnd)\r?\n/, '$1')],
    ['turns 8-bit to 7-bit', '7-bit', toSevenBits],
  ])('that %s breaks the signature, and the words say so', async (_name, named, change) => {
    const changed = change(named === 'blanks added' ? TRIMMED : SIGNED)
    const { signature, body } = await read(changed)
    expect(signature).toMatchObject({ kind: 'broken', reason: 'changed-in-transit' })
    expect(explainSignature(signature).plain).toContain('probably on its way')
    expect(changesIn(signature)).toEqual([expect.stringContaining(named)])
    expect(body).toHaveLength(1)
  })

  it('that turns LF to CRLF is named, where LF was signed', async () => {
    const { signature } = await read(
      clearSigned(pki, TEXT.replaceAll('\r\n', '\n'), 'alice-sign', '-binary'),
    )
    expect(changesIn(signature)).toEqual(['LF turned to CRLF'])
  })

  it.each([
    ['adds a line', (mail: string) => mail.replace('\nEnd', '\nScanned by nobody\nEnd')],
    ['changes a word', (mail: string) => mail.replace('\nEnd', '\nAnd')],
    ['changes a word in other bits', (mail: string) => toSevenBits(mail).replace('\nEnd', '\nAnd')],
  ])('that %s has no such excuse', async (_name, change) => {
    const { signature, body } = await read(change(SIGNED))
    expect(signature).toMatchObject({ kind: 'broken', reason: 'content-changed' })
    expect(explainSignature(signature).plain).not.toContain('on its way')
    expect(changesIn(signature)).toEqual([])
    expect(body).toHaveLength(1)
  })

  it('is looked for no further than the budget goes', async () => {
    const content = utf8(TEXT.replace('Grüße ', 'Grüße'))
    const detached = decodeBase64(utf8(/filename="smime.p7s"\s+([^-]+)/.exec(SIGNED)?.[1] ?? ''))
    const reader = boundReader(readerOf([], [pki.ca]), null)
    const reasonWith = async (restored: Budget) => {
      const data = readSignedData(detached)
      return (await verifyDetached(data, content, { ...reader, restored })).signers[0]?.fault
    }
    expect(await reasonWith(new Budget(100 * content.length))).toBe('changed-in-transit')
    expect(await reasonWith(new Budget(2 * content.length))).toBe('content-changed')
    expect(await reasonWith(new Budget(content.length - 1))).toBe('content-changed')
  })
})
