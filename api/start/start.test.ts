import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Closing } from './closing.ts'
import { openDataFolder } from './data-folder.ts'
import { checkPortFree } from './free-port.ts'
import { greeting } from './greeting.ts'
import { RefusedPin } from './refused-pin.ts'
import { readOrMakePin, readPrivatePin } from './secret-file.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'postern-start-'))
})
afterEach(() => rm(root, { recursive: true }))

describe('the data folder', () => {
  test('is made private, also when it was open before', async () => {
    const path = join(root, 'data')
    await mkdir(path)
    await chmod(path, 0o755)
    openDataFolder(path).release()
    expect((await stat(path)).mode & 0o777).toBe(0o700)
  })

  test('belongs to one server at a time', () => {
    const path = join(root, 'data')
    const first = openDataFolder(path)
    expect(() => openDataFolder(path)).toThrow('Another Postern is running')
    first.release()
    openDataFolder(path).release()
  })

  test('says so when it cannot be made or written', async () => {
    await writeFile(join(root, 'data'), '')
    for (const path of [join(root, 'data'), join(root, 'data', 'below'), '/proc/postern/data']) {
      expect(() => openDataFolder(path)).toThrow(`The data folder ${path} cannot be written`)
    }
  })

  test('is made with the folders above it', () => {
    openDataFolder(join(root, 'a', 'b', 'data')).release()
  })
})

describe('a PIN', () => {
  test('is made at random once, in a file that only its owner reads', async () => {
    const pin = readOrMakePin(join(root, 'pin'))
    expect(pin).toMatch(/^[0-9a-f]{32}$/)
    expect(readOrMakePin(join(root, 'pin'))).toBe(pin)
    expect(readOrMakePin(join(root, 'so-pin'))).not.toBe(pin)
    expect((await stat(join(root, 'pin'))).mode & 0o777).toBe(0o400)
    expect(await readdir(root)).toEqual(['pin', 'so-pin'])
  })

  test('that was refused is known again, and another one is not; it cannot be read from the note', async () => {
    const path = join(root, 'refused-pin')
    const refused = new RefusedPin(path)
    expect(refused.is('1234')).toBe(false)
    refused.keep('1234')
    expect(new RefusedPin(path).is('1234')).toBe(true)
    expect(refused.is('1235')).toBe(false)
    expect(await readFile(path, 'latin1')).not.toContain('1234')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    refused.forget()
    expect(refused.is('1234')).toBe(false)
  })

  test('is not taken from an empty file', async () => {
    await writeFile(join(root, 'pin'), '\n')
    expect(() => readOrMakePin(join(root, 'pin'))).toThrow('holds no PIN')
  })

  test('that others could read is not used; what systemd hands over belongs to root', async () => {
    const path = join(root, 'pin')
    await writeFile(path, '1234\n')
    await chmod(path, 0o444)
    expect(() => readPrivatePin(path)).toThrow('Others can read the secret')
    await chmod(path, 0o440)
    if (process.getuid?.() === 0) expect(readPrivatePin(path)).toBe('1234')
    else expect(() => readPrivatePin(path)).toThrow('Others can read the secret')
    await chmod(path, 0o400)
    expect(readPrivatePin(path)).toBe('1234')
  })
})

describe('closing', () => {
  test('goes from the last to the first, and does not stop at a failure', async () => {
    const order: string[] = []
    const closing = new Closing()
    closing.add(() => order.push('folder'))
    closing.add(() => Promise.reject(new Error('token')))
    closing.add(async () => order.push(await Promise.resolve('server')))
    await expect(closing.run()).rejects.toThrow('token')
    expect(order).toEqual(['server', 'folder'])
    await expect(closing.run()).resolves.toBeUndefined()
  })
})

describe('the greeting', () => {
  const users = [{ username: 'alice', password: 'kavo-remi', uri: 'otpauth://totp/x?secret=A' }]

  test('tells address, users and how to get a code; a picture at the first start only', () => {
    const first = greeting(8025, users, true)
    expect(first).toContain('http://localhost:8025')
    expect(first).toMatch(/alice +kavo-remi/)
    expect(first).toContain('npm run -s demo -- alice')
    expect(first).toContain('▀')
    expect(greeting(8025, users, false)).not.toContain('▀')
  })
})

test('the greeting says nothing of a demo where there is none', () => {
  const text = greeting(8025, [], true)
  expect(text).toContain('http://localhost:8025')
  expect(text).not.toMatch(/demo/i)
})

describe('a port', () => {
  test('that is taken is said to be, and works once it is free', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    await expect(checkPortFree(port, '127.0.0.1')).rejects.toMatchObject({
      code: 'config/port-busy',
    })
    await new Promise((resolve) => server.close(resolve))
    await expect(checkPortFree(port, '127.0.0.1')).resolves.toBeUndefined()
  })
})
