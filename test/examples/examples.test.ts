import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { softwareSigner, softwareUnwrap } from '#test/support/software-keys.ts'
import { printout } from './read-a-message.ts'
import { readerWithKey } from './read-with-a-key.ts'
import { letterToBob } from './write-a-message.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => {
  pki.remove()
})

test('The examples write a letter that its reader can open and rely on', async () => {
  const key = pki.key('bob')
  const signer = softwareSigner(pki.key('alice-sign'), 'sha-256', new Date())
  const readers = [pki.key('alice').certificate, key.certificate]
  const letter = await letterToBob('It lies under the third stone.', signer, readers)

  const held = { id: key.id, certificate: key.certificate.der }
  const reader = readerWithKey(held, [pki.ca.der], softwareUnwrap([key]))
  const lines = (await printout(letter, reader)).trim().split('\n')
  expect(lines[0]).toBe('From alice@example.com: The key to the side gate')
  expect(lines[1]).toContain('Verified and trusted: alice@example.com')
  expect(lines[2]).toBe('This message was encrypted for you.')
  expect(lines[3]).toBe('It lies under the third stone.')
})

test.each(['read-with-a-key', 'read-a-message', 'write-a-message'])(
  'The page about the engine shows %s as it runs here',
  (name) => {
    const page = readFileSync(new URL('../../shared/README.md', import.meta.url), 'utf8')
    const example = readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8')
    expect(page).toContain('```ts\n' + example + '```')
  },
)
