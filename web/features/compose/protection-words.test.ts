import { expect, test } from 'vitest'
import { EMPTY } from '../../state/draft.ts'
import { protectionWords } from './protection-words.ts'

const KNOWN = { kind: 'known', certificate: new Uint8Array(1) } as const

test('Everybody who can read it is named, the writer too', () => {
  const found = ['bob@example.com', 'carol@example.com'].map((address) => ({
    address,
    recipient: KNOWN,
  }))
  const words = protectionWords({ ...EMPTY, encrypt: true }, found)
  expect(words.at(-1)).toEqual({
    text: 'It will be encrypted to bob@example.com, carol@example.com, and yourself.',
    problem: false,
  })
})

test('A recipient without a certificate is a problem that has a name', () => {
  const found = [{ address: 'eve@example.org', recipient: { kind: 'no-certificate' } as const }]
  const words = protectionWords({ ...EMPTY, encrypt: true }, found)
  expect(words.filter(({ problem }) => problem).map(({ text }) => text)).toEqual([
    'There is no certificate for eve@example.org, so it cannot be encrypted to them.',
  ])
})

test('Without encryption nobody needs a certificate', () => {
  const found = [{ address: 'eve@example.org', recipient: { kind: 'no-certificate' } as const }]
  const words = protectionWords(EMPTY, found)
  expect(words.some(({ problem }) => problem)).toBe(false)
  expect(words.at(-1)?.text).toContain('will not be encrypted')
})

test('A recipient who is still being looked up is named, and blamed for nothing', () => {
  const found = [{ address: 'bob@example.com', recipient: { kind: 'looking' } as const }]
  const words = protectionWords({ ...EMPTY, encrypt: true }, found)
  expect(words.some(({ problem }) => problem)).toBe(false)
  expect(words.at(-1)?.text).toBe('The directory is still being asked about bob@example.com.')
})
