import { qrCode } from './qr-code.ts'

/** A demo user as the greeting shows them; `uri` is the `otpauth://` address of their seed. */
export type Greeted = { readonly username: string; readonly password: string; readonly uri: string }

/** What the terminal shows once Postern is ready. Of a demo its users, and at the first start a QR code. */
export function greeting(port: number, users: readonly Greeted[], firstStart: boolean): string {
  const lines = [
    '',
    `Postern is ready: http://localhost:${port}`,
    '',
    ...(users.length === 0 ? [] : demoLines(users, firstStart)),
    'Stop with Ctrl+C.',
    '',
  ]
  return lines.join('\n')
}

function demoLines(users: readonly Greeted[], firstStart: boolean): string[] {
  const width = Math.max(...users.map(({ username }) => username.length))
  return [
    'Demo users and their passwords:',
    ...users.map(({ username, password }) => `  ${username.padEnd(width)}  ${password}`),
    '',
    'A current one-time code:  npm run -s demo -- alice',
    ...(firstStart ? qrLines(users) : []),
  ]
}

function qrLines(users: readonly Greeted[]): string[] {
  const [first] = users
  if (first === undefined) return []
  return [
    `Or scan this with an authenticator app, for ${first.username}:`,
    '',
    qrCode(first.uri),
    '',
  ]
}
