import { base64url } from '#shared/base64.ts'
import type { Bytes } from '#shared/bytes.ts'
import { trustAnswer } from '#shared/contract/directory.ts'
import { keysAnswer, unwrapAnswer } from '#shared/contract/keys.ts'
import { sealingContext } from '#shared/contract/sealing.ts'
import { sessionSchema } from '#shared/contract/session.ts'
import { createSessionKey } from '#shared/hpke.ts'
import type { Reader, UnwrapContentKey } from '#shared/smime/reader.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import { KeyClient } from './key-client.ts'
import type { TestServer } from './server.ts'

/** A client of the running server that has shown both factors as a demo user. */
export async function signIn(server: TestServer, username: string): Promise<KeyClient> {
  const client = new KeyClient({ request: (path, init) => fetch(`${server.origin}${path}`, init) })
  const { password } = server.login(username)
  await client.post('/session/password', { username, password, device: 'Test' })
  const answer = await client.post('/session/factor', {
    kind: 'totp',
    code: await server.code(username),
  })
  if (answer.status !== 200) throw new Error(`sign-in: ${await answer.text()}`)
  return client
}

/** Reads as the browser does: the user's keys, the company's anchors, content keys opened through the token. */
export async function readerThrough(client: KeyClient): Promise<Reader> {
  const session = sessionSchema.parse(await (await client.get('/session')).json())
  const { keys } = keysAnswer.parse(await (await client.get('/keys')).json())
  const { anchors } = trustAnswer.parse(await (await client.get('/trust')).json())
  return {
    keys: keys
      .filter(({ purpose }) => purpose === 'encrypt')
      .map(({ id, chain }) => ({ id, certificate: parseCertificate(chain[0]!) })),
    anchors: anchors.map(parseCertificate),
    at: new Date(),
    unwrap: await unwrapThrough(client, session.id),
  }
}

async function unwrapThrough(client: KeyClient, session: string): Promise<UnwrapContentKey> {
  const own = await createSessionKey()
  return async ({ keyId, recipient, contentAlgorithm, cmsDigest }) => {
    const body = {
      recipient: wire(recipient),
      content: { algorithm: contentAlgorithm },
      message: { digest: base64url(await cmsDigest()) },
      sealTo: base64url(own.publicKey),
    }
    const answer = await client.post(`/keys/${keyId}/unwrap`, body)
    if (answer.status !== 200) throw new Error(`unwrap: ${await answer.text()}`)
    const { operation, enc, sealed } = unwrapAnswer.parse(await answer.json())
    const entryDigest = await digest(recipient.encryptedKey)
    const context = sealingContext({ session, key: keyId, entryDigest, operation })
    return own.open({ enc, sealed, context })
  }
}

async function digest(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

/** Bytes as base64url, everything else as it is. */
function wire(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      member instanceof Uint8Array ? base64url(member) : member,
    ]),
  )
}
