import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { SecretInput } from './secret.ts'

function terminal(typed: string, isTTY: boolean) {
  const asked: string[] = []
  const input = Object.assign(new PassThrough(), { isTTY })
  input.end(typed)
  return { asked, secrets: new SecretInput(input, (text) => asked.push(text)) }
}

test('from a pipe, secrets come one a line, without a question', async () => {
  const { asked, secrets } = terminal('first\nsecond\n', false)
  expect(await secrets.read('Password', { twice: true })).toBe('first')
  expect(await secrets.read('Another')).toBe('second')
  await expect(secrets.read('A third')).rejects.toMatchObject({ code: 'config/invalid' })
  expect(asked).toEqual([])
  secrets.close()
})

test('a person is asked, twice for a new secret, and what they type is not shown', async () => {
  const { asked, secrets } = terminal('same\rsame\r', true)
  expect(await secrets.read('Password', { twice: true })).toBe('same')
  expect(asked.join('')).toBe('Password: \nPassword, again: \n')
  secrets.close()
})

test('two different entries of a new secret are refused', async () => {
  const { secrets } = terminal('one\rother\r', true)
  await expect(secrets.read('Password', { twice: true })).rejects.toThrow('The two entries differ')
  secrets.close()
})
