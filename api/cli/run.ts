import { isPosternError } from '#shared/errors.ts'
import type { Command, Result, Topic } from './command.ts'
import { type Surroundings, withContext } from './context.ts'
import { commandHelp, overview, topicHelp } from './help.ts'
import { parseFor } from './parse.ts'

/** 0 done, 1 refused or bad news, 2 not understood. */
export type ExitCode = 0 | 1 | 2

/** Runs one command. Never throws: what stopped it is one sentence on standard error, or an object with `--json`. */
export async function run(
  topics: readonly Topic[],
  words: readonly string[],
  around: Surroundings,
): Promise<ExitCode> {
  const [topicName, commandName, ...rest] = words.filter((word) => !isHelp(word))
  const wantsHelp = words.some(isHelp) || words.length === 0
  const topic = topics.find(({ name }) => name === topicName)
  const command = topic?.commands.find(({ name }) => name === commandName)
  const help = helpFor(topics, topic, command)
  if (wantsHelp) {
    around.print(help)
    return 0
  }
  if (topic === undefined || command === undefined) {
    around.complain(help)
    return 2
  }
  const parsed = parseFor(command, rest)
  if (!parsed.ok) {
    around.complain(`postern: ${parsed.why}\n\n${help}`)
    return 2
  }
  return carryOut(command, parsed, around)
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h'
}

function helpFor(
  topics: readonly Topic[],
  topic: Topic | undefined,
  command: Command | undefined,
): string {
  if (topic === undefined) return overview(topics)
  return command === undefined ? topicHelp(topic) : commandHelp(topic.name, command)
}

async function carryOut(
  command: Command,
  { given, json }: { readonly given: Record<string, unknown>; readonly json: boolean },
  around: Surroundings,
): Promise<ExitCode> {
  try {
    const result = await withContext(around, (context) => command.run(context, given))
    around.print(json ? asJson(result.data) : result.text)
    return exitCodeOf(result)
  } catch (error) {
    const message = sentenceFor(error)
    const code = isPosternError(error) ? error.code : 'internal'
    around.complain(json ? asJson({ error: { code, message } }) : `postern: ${message}\n`)
    return 1
  }
}

function exitCodeOf({ bad }: Result): ExitCode {
  return bad === true ? 1 : 0
}

function asJson(data: unknown): string {
  return `${JSON.stringify(data, null, 2)}\n`
}

function sentenceFor(error: unknown): string {
  if (isPosternError(error)) return error.message
  return `Something went wrong: ${error instanceof Error ? error.message : String(error)}`
}
