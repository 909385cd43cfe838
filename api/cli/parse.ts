import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { Command, OptionSpec } from './command.ts'

type ParseOptions = NonNullable<ParseArgsConfig['options']>

/** What was given, or in which way it was not understood. */
export type Parsed =
  | { readonly ok: true; readonly given: Record<string, unknown>; readonly json: boolean }
  | { readonly ok: false; readonly why: string }

/** Reads the words after a command's name by its specifications. Values are never repeated in what went wrong. */
export function parseFor(command: Command, words: readonly string[]): Parsed {
  const options: ParseOptions = { json: { type: 'boolean' } }
  for (const [name, spec] of Object.entries(command.options)) {
    options[name] = { type: takesValue(spec) ? 'string' : 'boolean', multiple: spec.many === true }
  }
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options,
      allowPositionals: true,
    })
    const why = wrongArguments(command, positionals) ?? wrongOptions(command, values)
    if (why !== null) return { ok: false, why }
    const names = Object.keys(command.arguments)
    const given = Object.fromEntries(names.map((name, index) => [name, positionals[index]]))
    return {
      ok: true,
      given: { ...given, ...filled(command, values) },
      json: values['json'] === true,
    }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? firstSentence(error.message) : 'unknown' }
  }
}

export function takesValue(spec: OptionSpec): boolean {
  return spec.value !== undefined || spec.choices !== undefined
}

function wrongArguments({ arguments: specs }: Command, given: readonly string[]): string | null {
  const names = Object.entries(specs)
  if (given.length > names.length) return 'There are too many words.'
  const missing = names.slice(given.length).find(([, spec]) => spec.optional !== true)
  return missing === undefined ? null : `<${missing[0]}> is missing.`
}

function wrongOptions({ options }: Command, values: Record<string, unknown>): string | null {
  for (const [name, spec] of Object.entries(options)) {
    const given = [values[name] ?? []].flat()
    if (spec.required === true && given.length === 0) return `--${name} is missing.`
    const { choices } = spec
    if (
      choices !== undefined &&
      !given.every((value) => choices.some((choice) => choice === value))
    ) {
      return `--${name} is one of: ${choices.join(', ')}.`
    }
  }
  return null
}

/** Flags that were not given are false, and what may be given many times is a list. */
function filled({ options }: Command, values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, spec]) => {
      const absent = spec.many === true ? [] : takesValue(spec) ? undefined : false
      return [name, values[name] ?? absent]
    }),
  )
}

/** Node explains at length, and its first sentence says it. */
function firstSentence(message: string): string {
  return /^[^.]*\.?/.exec(message)?.[0] ?? message
}
