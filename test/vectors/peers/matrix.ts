import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import type { RsaTransport } from '#shared/cms/encrypt-content-key.ts'
import { envelopeTo } from '#test/support/envelopes.ts'
import { honestSignedData } from '#test/support/forged-signature.ts'
import { mailAround, signedMail } from '#test/support/mail-around.ts'
import { OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, textOf } from '#test/support/reading.ts'
import { type ABSENCES, whyAbsent } from './absences.ts'
import { type Cell, CELLS } from './cells.ts'
import { IDENTITIES, KEY_OF, type Peer, Refusal, SIGNER_OF, type Transport } from './peer.ts'

const TEXT = 'What one wrote and the other read.'
const CONTENT = utf8(`Content-Type: text/plain; charset=utf-8\r\n\r\n${TEXT}\r\n`)

/** Tries every cell with a peer, those that it cannot do as well: there it may refuse, or else be right. */
export function describePeer(name: keyof typeof ABSENCES, start: (pki: OpensslPki) => Peer): void {
  let pki: OpensslPki
  let peer: Peer
  beforeAll(() => {
    pki = new OpensslPki(IDENTITIES)
    peer = start(pki)
  })
  afterAll(() => {
    peer.close()
    pki.remove()
  })

  const able = CELLS.filter((cell) => whyAbsent(name, cell) === null)
  const unable = CELLS.filter((cell) => whyAbsent(name, cell) !== null)
  describe(name, () => {
    it.each(able.map(named))('%s', (_name, cell) => tryCell(cell, peer, pki))
    it.each(unable.map(named))('%s: not done, or done right', (_name, cell) =>
      tryCell(cell, peer, pki).catch(onlyRefused),
    )
  })
}

function onlyRefused(error: unknown): void {
  expect(error).toBeInstanceOf(Refusal)
}

function named(cell: Cell): [string, Cell] {
  return [Object.values(cell).join(' '), cell]
}

async function tryCell(cell: Cell, peer: Peer, pki: OpensslPki): Promise<void> {
  switch (cell.act) {
    case 'encrypts':
      return opensWhatItEncrypts(cell, peer, pki)
    case 'decrypts': {
      const { certificate } = pki.key(KEY_OF[cell.transport])
      const rsa = rsaTransport(cell.transport)
      const object = await envelopeTo([certificate], CONTENT, `aes-256-${cell.mode}`, rsa)
      expect(peer.decrypt(cell, object)).toEqual(CONTENT)
      return
    }
    case 'signs':
      return verifiesWhatItSigns(cell, peer, pki)
    case 'verifies': {
      if (cell.scheme === 'pss' || cell.scheme === 'ed25519') throw new Refusal('not by Postern')
      const detached = cell.form === 'detached'
      const object = await honestSignedData(pki.key(SIGNER_OF[cell.scheme]), CONTENT, { detached })
      peer.verify(object, detached ? CONTENT : null)
    }
  }
}

/** Elliptic curves leave no choice. */
function rsaTransport(transport: Transport): RsaTransport | undefined {
  switch (transport) {
    case 'rsa-pkcs1':
    case 'rsa-oaep-sha1':
    case 'rsa-oaep-sha256':
      return transport
    case 'p256':
    case 'p384':
    case 'p521':
    case 'x25519':
      return undefined
  }
}

async function opensWhatItEncrypts(
  cell: Extract<Cell, { act: 'encrypts' }>,
  peer: Peer,
  pki: OpensslPki,
): Promise<void> {
  const object = peer.encrypt(cell, CONTENT)
  expect(isIndefinite(object)).toBe(cell.encoding === 'ber')
  const message = await openAs(object, [pki.key(KEY_OF[cell.transport])], [pki.ca])
  expect(message.encryption).toMatchObject({
    kind: 'decrypted',
    contentAlgorithm: expect.stringMatching(`-${cell.mode}$`) as unknown,
    integrity: cell.mode === 'gcm' ? 'authenticated' : 'none',
  })
  expect(textOf(message)).toBe(TEXT)
}

async function verifiesWhatItSigns(
  cell: Extract<Cell, { act: 'signs' | 'verifies' }>,
  peer: Peer,
  pki: OpensslPki,
): Promise<void> {
  const object = peer.sign(cell, CONTENT)
  const detached = cell.form === 'detached'
  const mail = detached ? signedMail(CONTENT, object) : mailAround(object, 'signed-data')
  const message = await openAs(mail, [], [pki.ca])
  expect(message.signature).toMatchObject({ kind: 'valid', signers: [{}] })
  expect(message.layers).toMatchObject([{ kind: 'signed', form: cell.form, counts: true }])
  expect(textOf(message)).toBe(TEXT)
  const altered = signedMail(utf8(`Content-Type: text/plain\r\n\r\n${TEXT} Or not.\r\n`), object)
  expect((await openAs(altered, [], [pki.ca])).signature.kind).toBe('broken')
}

function isIndefinite(object: Bytes): boolean {
  return object[1] === 0x80 // X.690 §8.1.3.6
}
