import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { PosternError } from '#shared/errors.ts'

/** One of several tokens that hold the same keys. */
export type OneOfSeveral = {
  /** Absolute path of the PKCS#11 module. */
  readonly modulePath: string
  /** What the module reads from its environment. */
  readonly environment: Readonly<Record<string, string>>
  readonly label: string
  readonly pinFile: string
}

const MOST_TOKENS = 8

const fileSchema = z
  .array(
    z.strictObject({
      module: z.string().min(1),
      label: z.string().min(1).max(32), // PKCS#11 2.40 §3.2, CK_TOKEN_INFO
      pinFile: z.string().min(1),
      environment: z.record(z.string().regex(/^(?!POSTERN_|NODE_)/), z.string()).default({}),
    }),
  )
  .min(1)
  .max(MOST_TOKENS)

/**
 * The tokens in the JSON file that `POSTERN_TOKENS` names: an array of `{ module, label, pinFile, environment }`. Keys are
 * made in the first.
 * @throws PosternError `config/invalid`
 */
export function readSeveralTokens(path: string): readonly OneOfSeveral[] {
  const read = fileSchema.safeParse(parsed(path))
  if (!read.success) {
    const [issue] = read.error.issues
    throw invalid(`POSTERN_TOKENS: ${path} is no list of tokens: ${issue?.path.join('.')} is wrong`)
  }
  return read.data.map(({ module, label, pinFile, environment }) => {
    for (const file of [module, pinFile]) {
      if (!existsSync(file))
        throw invalid(`POSTERN_TOKENS: ${path} names ${file}, which is not there`)
    }
    return { modulePath: resolve(module), environment, label, pinFile: resolve(pinFile) }
  })
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw invalid(`POSTERN_TOKENS names ${path}, which is no JSON file that can be read`)
  }
}

function invalid(sentence: string): PosternError {
  return new PosternError('config/invalid', sentence)
}
