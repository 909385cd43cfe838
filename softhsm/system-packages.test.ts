import { describe, expect, it } from 'vitest'
import { Failure } from './failure.mjs'
import { installCommands } from './system-packages.mjs'

const machine = (program: string, root: boolean, terminal = false) => ({
  has: (name: string) => name === program,
  root,
  terminal,
})

const typed = (...args: Parameters<typeof installCommands>): string[] =>
  installCommands(...args).map((command) => command.join(' '))

describe('the commands that install what is missing', () => {
  it('refreshes the package list first on Debian, where it may be empty', () => {
    expect(typed(['softhsm', 'compiler'], machine('apt-get', true))).toEqual([
      'apt-get update -q',
      'apt-get install -y -q --no-install-recommends softhsm2 g++ make python3',
    ])
  })

  it.each([
    ['dnf', 'dnf install -y -q softhsm'],
    ['apk', 'apk add --no-progress softhsm gcompat'],
    ['brew', 'brew install --quiet softhsm'],
  ])('knows the names of %s', (program, command) => {
    expect(typed(['softhsm'], machine(program, true))).toEqual([command])
  })

  it('goes through sudo when not root, and never waits for a password nobody can type', () => {
    expect(typed(['softhsm'], machine('dnf', false, true))).toEqual([
      'sudo dnf install -y -q softhsm',
    ])
    expect(typed(['softhsm'], machine('dnf', false, false))).toEqual([
      'sudo -n dnf install -y -q softhsm',
    ])
  })

  it('never runs brew as another user', () => {
    expect(typed(['openssl'], machine('brew', false, true))).toEqual([
      'brew install --quiet openssl@3',
    ])
  })

  it('knows the other S/MIME programs of the tests by every name', () => {
    const names = (program: string) => typed(['gpgsm', 'cmsutil'], machine(program, true)).at(-1)
    expect(names('apt-get')).toMatch(/ gpgsm gpg-agent gpgconf libnss3-tools$/)
    expect(names('dnf')).toMatch(/ gnupg2-smime nss-tools$/)
    expect(names('apk')).toMatch(/ gnupg nss-tools$/)
    expect(names('brew')).toMatch(/ gnupg nss$/)
  })

  it('knows p11-kit, behind which a token can be killed, by every name', () => {
    const names = (program: string) => typed(['p11-kit'], machine(program, true)).at(-1)
    expect(names('apt-get')).toMatch(/ p11-kit p11-kit-modules$/)
    expect(names('dnf')).toMatch(/ p11-kit p11-kit-server$/)
    expect(names('apk')).toMatch(/ p11-kit p11-kit-server$/)
    expect(names('brew')).toMatch(/ p11-kit$/)
  })

  it('does nothing when nothing is missing', () => {
    expect(typed([], machine('apt-get', true))).toEqual([])
    expect(typed(['fonts'], machine('brew', true))).toEqual([])
  })

  it('says what is missing on a machine without a known package manager', () => {
    expect(() => installCommands(['softhsm'], machine('pacman', true))).toThrow(Failure)
    expect(() => installCommands(['softhsm'], machine('pacman', true))).toThrow(/softhsm.*by hand/)
  })
})
