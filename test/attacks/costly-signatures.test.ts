import { afterAll, expect, it, vi } from 'vitest'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import {
  encodedSignerOf,
  forgedSignedData,
  honestSignedData,
} from '#test/support/forged-signature.ts'
import { mailAround } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
const bob = pki.key('bob-sign')
afterAll(() => pki.remove())

/** Content signed ten times over, no signature of which holds, with a certificate that is there ten times. */
async function wrapped(content: Bytes): Promise<Bytes> {
  const signer = encodedSignerOf(await honestSignedData(bob, content))
  signer[signer.length - 1]! ^= 1
  return forgedSignedData({
    content,
    certificates: Array<Bytes>(10).fill(bob.certificate.der),
    signerInfos: Array<Bytes>(10).fill(signer),
  })
}

it('signatures are checked a few hundred times for one message, however they are multiplied', async () => {
  const verify = vi.spyOn(crypto.subtle, 'verify')
  let object = utf8('Content-Type: text/plain\r\n\r\nYou are promoted.\r\n')
  for (let layer = 0; layer < 9; layer++) object = await wrapped(object)
  const message = await openAs(mailAround(object, 'signed-data'), [], [pki.ca])
  expect(message.layers).toHaveLength(9)
  expect(message.signature).toMatchObject({ kind: 'broken', reason: 'signature-mismatch' })
  expect(message.layers[8]).toMatchObject({ verdict: { kind: 'unchecked' } })
  expect(verify).toHaveBeenCalledTimes(300)
})

it('layers are taken off ten times for one message, and then nothing is shown', async () => {
  let object = utf8('Content-Type: text/plain\r\n\r\nYou are promoted.\r\n')
  for (let layer = 0; layer < 11; layer++) object = await honestSignedData(bob, object)
  const message = await openAs(mailAround(object, 'signed-data'), [], [pki.ca])
  expect(message).toMatchObject({ encryption: { kind: 'unsupported' }, body: [] })
  expect(message.layers.filter(({ kind }) => kind === 'signed')).toHaveLength(10)
})
