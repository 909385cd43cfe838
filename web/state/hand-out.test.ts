import { afterEach, expect, test, vi } from 'vitest'
import type { Copy } from '#shared/smime/seal.ts'
import { handOut } from './hand-out.ts'

const BOB = { name: 'Bob', address: 'bob@example.com' }
const CAROL = { name: '', address: 'carol@example.com' }
const DAVE = { name: '', address: 'dave@example.com' }

function copyFor(...readers: Copy['readers']): Copy {
  return { readers, bytes: new Uint8Array(4) }
}

/** What is asked of the server in handing out these copies: a line for each call, and the key it comes with. */
async function callsFor(copies: readonly Copy[]): Promise<[string, string | null][]> {
  const calls: [string, string | null][] = []
  vi.stubGlobal('fetch', (path: string, { headers }: { headers: Headers }) => {
    calls.push([decodeURIComponent(path), headers.get('idempotency-key')])
    return Promise.resolve(Response.json({ folder: 'sent', uid: 1 }))
  })
  await handOut(copies, 'k', new AbortController().signal, (attempt) => attempt())
  return calls
}

afterEach(() => {
  vi.unstubAllGlobals()
})

test('One copy goes to everybody at once, and is filed', async () => {
  expect(await callsFor([copyFor(BOB, CAROL, BOB)])).toEqual([
    ['/api/v1/mail/send?to=bob@example.com&to=carol@example.com&keep=yes', 'k 0'],
  ])
})

test('Hidden readers come first, each call names everybody, and none but the last is filed', async () => {
  expect(await callsFor([copyFor(BOB), copyFor(CAROL), copyFor(DAVE)])).toEqual([
    [
      '/api/v1/mail/send?to=carol@example.com&with=bob@example.com&with=dave@example.com&keep=no',
      'k 0',
    ],
    [
      '/api/v1/mail/send?to=dave@example.com&with=bob@example.com&with=carol@example.com&keep=no',
      'k 1',
    ],
    [
      '/api/v1/mail/send?to=bob@example.com&with=carol@example.com&with=dave@example.com&keep=yes',
      'k 2',
    ],
  ])
})

test('A message to hidden readers alone is filed all the same', async () => {
  expect(await callsFor([copyFor(), copyFor(CAROL)])).toEqual([
    ['/api/v1/mail/send?to=carol@example.com&keep=no', 'k 0'],
    ['/api/v1/mail/folders/sent/messages', 'k 1'],
  ])
})
