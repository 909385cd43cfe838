import { createServer } from 'node:net'
import { PosternError } from '#shared/errors.ts'

/**
 * Resolves when nobody listens there yet: a busy port is said before anything is made.
 * @throws PosternError `config/port-busy`, `config/invalid` when the host is not this machine's
 */
export async function checkPortFree(port: number, host: string): Promise<void> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ port, host, exclusive: true }, resolve)
    })
  } catch (error) {
    throw listenProblem(error, port, host)
  } finally {
    server.close()
  }
}

/** A failed `listen` as a sentence. */
export function listenProblem(error: unknown, port: number, host: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    return new PosternError(
      'config/port-busy',
      `Port ${port} is in use by another program; stop that one, or choose another with PORT.`,
      { cause: error },
    )
  }
  if (code === 'EACCES') {
    return new PosternError(
      'config/port-busy',
      `Port ${port} is not ours to use; choose one above 1023.`,
      {
        cause: error,
      },
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new PosternError(
      'config/invalid',
      `POSTERN_HOST is no address of this machine: "${host}".`,
      {
        cause: error,
      },
    )
  }
  return error
}
