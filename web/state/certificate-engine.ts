import { PosternError } from '#shared/errors.ts'
import { Engine } from '../engine/engine.ts'
import type { EngineMethods } from '../engine/protocol.ts'

type Question = 'choose' | 'describe'

const engine = new Engine()
const noKeys = () => Promise.reject(new PosternError('internal', 'Certificates ask for no key.'))

/** Asks the engine about certificates, apart from the message that is being opened or sealed. Throws `x509/malformed`. */
export function askAboutCertificates<Name extends Question>(
  name: Name,
  params: EngineMethods[Name]['params'],
): Promise<EngineMethods[Name]['result']> {
  const page = { unwrap: noKeys, sign: noKeys }
  return engine.run({ name, params, page, signal: new AbortController().signal })
}
