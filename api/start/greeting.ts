import { renderUnicodeCompact } from 'uqr'

/** A demo user as the greeting shows them; `uri` is the `otpauth://` address of their seed. */
export type Greeted = { readonly username: string; readonly password: string; readonly uri: string }

/** What the terminal shows once Postern is ready. At the first start, with a QR code for an authenticator app. */
export function greeting(port: number, users: readonly Greeted[], firstStart: boolean): string {
  const width = Math.max(...users.map(({ username }) => username.length))
  const lines = [
    '',
    `Postern is ready: http://localhost:${port}`,
    '',
    'Demo users and their passwords:',
    ...users.map(({ username, password }) => `  ${username.padEnd(width)}  ${password}`),
    '',
    'A current one-time code:  npm run -s demo -- alice',
    ...(firstStart ? qrLines(users) : []),
    'Stop with Ctrl+C.',
    '',
  ]
  return lines.join('\n')
}

function qrLines(users: readonly Greeted[]): string[] {
  const [first] = users
  if (first === undefined) return []
  return [
    `Or scan this with an authenticator app, for ${first.username}:`,
    '',
    renderUnicodeCompact(first.uri, { border: 2 }),
    '',
  ]
}
