import { isAbsolute } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfig, readSudoUser } from './config.ts'

const MODULE = import.meta.filename // any file that exists
const configWith = (settings: Record<string, string>) =>
  readConfig({ POSTERN_PKCS11_MODULE: MODULE, ...settings })

describe('the configuration', () => {
  test('is complete without any setting but a module', () => {
    const config = configWith({})
    expect(config).toMatchObject({
      port: 8025,
      host: '127.0.0.1',
      publicOrigin: null,
      demo: true,
    })
    expect(config.session).toEqual({ idleSeconds: 86_400, absoluteSeconds: 604_800 })
    expect(isAbsolute(config.data)).toBe(true)
    expect(config.data.endsWith('.postern')).toBe(true)
  })

  test('takes a provider elsewhere by https, and by http on this machine only', () => {
    const withIssuer = (issuer: string) =>
      configWith({
        POSTERN_OPENID_ISSUER: issuer,
        POSTERN_OPENID_CLIENT: 'postern',
        POSTERN_OPENID_SECRET_FILE: MODULE,
      }).openId
    expect(withIssuer('https://login.example.com/x')?.name).toBe('login.example.com')
    expect(withIssuer('http://localhost:4000')?.clientId).toBe('postern')
    for (const issuer of ['http://login.example.com', 'https://a@login.example.com', 'login']) {
      expect(() => withIssuer(issuer)).toThrow(/POSTERN_OPENID_ISSUER/)
    }
  })

  test('cannot be changed once read', () => {
    const config = configWith({})
    expect(Object.isFrozen(config) && Object.isFrozen(config.session)).toBe(true)
  })

  test.each([
    ['PORT', ''],
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '80x'],
    ['PORT', '-1'],
    ['POSTERN_DATA', ''],
    ['POSTERN_ORIGIN', 'mail.example.com'],
    ['POSTERN_ORIGIN', 'https://mail.example.com/'],
    ['POSTERN_ORIGIN', 'ftp://mail.example.com'],
    ['POSTERN_DEMO', 'no'],
    ['POSTERN_METRICS_PORT', ''],
    ['POSTERN_IDLE_SECONDS', '1.5'],
    ['POSTERN_ABSOLUTE_SECONDS', '99999999'],
    ['POSTERN_OPENID_ISSUER', 'https://login.example.com'],
    ['POSTERN_OPENID_CLIENT', 'postern'],
    ['POSTERN_TOKEN_LABEL', 'company'],
    ['POSTERN_PIN_FILE', MODULE],
    ['POSTERN_MODULE_ENVIRONMENT', 'NOT_SET_ANYWHERE'],
    ['POSTERN_MODULE_ENVIRONMENT', 'POSTERN_PKCS11_MODULE'],
    ['POSTERN_DATABASE', ''],
    ['POSTERN_DATABASE', '/var/lib/postern.db'],
    ['POSTERN_DATABASE', 'mysql://postern@db.example.com/postern'],
    ['POSTERN_DATABASE', 'postgres://db.example.com/postern'],
    ['POSTERN_DATABASE', 'postgres://postern@db.example.com'],
    [
      'POSTERN_DATABASE',
      'postgres://postern@db.example.com/postern?options=-csynchronous_commit=off',
    ],
    ['POSTERN_DATABASE_PASSWORD_FILE', '/run/secrets/password'],
  ])('refuses %s=%j and names the variable', (name, value) => {
    const error = thrownBy(() => configWith({ [name]: value }))
    expect(error).toMatchObject({ code: 'config/invalid' })
    expect(String(error)).toContain(name)
  })

  test('names a token that was prepared elsewhere, and what its module reads', () => {
    expect(configWith({}).token).toEqual({
      modulePath: MODULE,
      moduleEnvironment: {},
      prepared: null,
    })
    const { token } = configWith({
      POSTERN_TOKEN_LABEL: 'company',
      POSTERN_PIN_FILE: MODULE,
      POSTERN_MODULE_ENVIRONMENT: 'VENDOR_CONF  VENDOR_LOG',
      VENDOR_CONF: '/etc/vendor.conf',
      VENDOR_LOG: '',
    })
    expect(token.prepared).toEqual({ label: 'company', pinFile: MODULE })
    expect(token.moduleEnvironment).toEqual({ VENDOR_CONF: '/etc/vendor.conf', VENDOR_LOG: '' })
  })

  test('refuses a label that no token can have, and a PIN file that is not there', () => {
    const settings = { POSTERN_TOKEN_LABEL: 'company', POSTERN_PIN_FILE: MODULE }
    for (const changed of [
      { POSTERN_TOKEN_LABEL: '' },
      { POSTERN_TOKEN_LABEL: 'x'.repeat(33) },
      { POSTERN_PIN_FILE: '/nowhere/pin' },
    ]) {
      const error = thrownBy(() => configWith({ ...settings, ...changed }))
      expect(error).toMatchObject({ code: 'config/invalid' })
      expect(String(error)).toContain(Object.keys(changed)[0])
    }
  })

  test('names a database on a server, and how the connection to it is encrypted', () => {
    const url = 'postgres://postern@db.example.com:5432/postern?sslmode=verify-full'
    const passwordFile = '/run/secrets/password'
    expect(configWith({}).database).toBe(null)
    expect(configWith({ POSTERN_DATABASE: url }).database).toEqual({ url, passwordFile: null })
    expect(
      configWith({ POSTERN_DATABASE: url, POSTERN_DATABASE_PASSWORD_FILE: passwordFile }).database,
    ).toEqual({ url, passwordFile })
  })

  test.each([
    'postgres://postern:canary@db/postern',
    'postgres://postern@db/postern?password=canary',
  ])('takes no password in %s, and does not repeat it', (url) => {
    const error = thrownBy(() => configWith({ POSTERN_DATABASE: url }))
    expect(error).toMatchObject({ code: 'config/invalid' })
    expect(String(error)).toContain('POSTERN_DATABASE_PASSWORD_FILE')
    expect(String(error)).not.toContain('canary')
  })

  test('says that a module has to be named', () => {
    const error = thrownBy(() => readConfig({}))
    expect(error).toMatchObject({ code: 'token/module-missing' })
  })

  test('says which module file is missing', () => {
    const error = thrownBy(() => readConfig({ POSTERN_PKCS11_MODULE: '/nowhere/token.so' }))
    expect(error).toMatchObject({ code: 'token/module-missing' })
    expect(String(error)).toContain('/nowhere/token.so')
  })
})

function thrownBy(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return error
  }
}

test('the person behind sudo is named, and nothing else that stands there', () => {
  expect(readSudoUser({ SUDO_USER: 'carol' })).toBe('carol')
  for (const name of [undefined, '', 'a b', '../x', '-x', 'x'.repeat(40)]) {
    expect(readSudoUser({ SUDO_USER: name })).toBe(null)
  }
})
