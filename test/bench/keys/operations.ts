import { createECDH, randomBytes } from 'node:crypto'
import type { Hsm } from '#api/hsm/port.ts'
import { unwrapRequest } from '#shared/contract/keys.ts'
import type { Worker } from './company.ts'

export const KINDS = ['RSA-2048 sign', 'RSA-2048 unwrap', 'P-256 sign'] as const
export type Kind = (typeof KINDS)[number]

const sealTo = createECDH('prime256v1').generateKeys()

/** The call of a browser for this kind of operation. */
export function callOf(kind: Kind, worker: Worker): { path: string; body: object } {
  switch (kind) {
    case 'RSA-2048 sign':
      return { path: `/keys/${worker.rsaSign.id}/sign`, body: signBody('rsa-pkcs1') }
    case 'P-256 sign':
      return { path: `/keys/${worker.ecSign.id}/sign`, body: signBody('ecdsa') }
    case 'RSA-2048 unwrap':
      return { path: `/keys/${worker.rsaEncrypt.id}/unwrap`, body: unwrapBody() }
  }
}

/** The same operation asked of the token's worker directly: what all else is measured by. */
export function bareOperation(kind: Kind, worker: Worker, hsm: Hsm): Promise<unknown> {
  switch (kind) {
    case 'RSA-2048 sign':
      return hsm.sign({ key: worker.rsaSign, scheme: 'rsa-pkcs1', digest: 'sha-256', message })
    case 'P-256 sign':
      return hsm.sign({ key: worker.ecSign, scheme: 'ecdsa', digest: 'sha-256', message })
    case 'RSA-2048 unwrap': {
      const { recipient, sealTo: to } = bareUnwrap
      const key = worker.rsaEncrypt
      return hsm.unwrap({ key, recipient, contentKeyBytes: 32, sealTo: to, context: message })
    }
  }
}

const message = new Uint8Array(randomBytes(300)) // as long as signed attributes are
const bareUnwrap = unwrapRequest.parse(unwrapBody())

function signBody(signature: 'rsa-pkcs1' | 'ecdsa'): object {
  return {
    digest: { algorithm: 'sha-256', value: randomBytes(32).toString('base64url') },
    signature,
    context: { subject: 'The quarterly figures', to: ['bob@example.com'] },
  }
}

function unwrapBody(): object {
  const block = Buffer.concat([Buffer.of(0), randomBytes(255)]) // below every modulus
  return {
    recipient: { kind: 'ktri', algorithm: 'rsa-pkcs1', encryptedKey: block.toString('base64url') },
    content: { algorithm: 'aes-256-gcm' },
    message: { digest: randomBytes(32).toString('base64url') },
    sealTo: sealTo.toString('base64url'),
  }
}
