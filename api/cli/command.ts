import type { Context } from './context.ts'

/** A word after the command, in the order of their declaration. */
export type ArgumentSpec = { readonly does: string; readonly optional?: true }

/**
 * `--name`, a flag; with `value`, `--name VALUE`, where `value` is the placeholder that help shows. `choices` are the
 * only values taken; `many` may be given again and again.
 */
export type OptionSpec = {
  readonly does: string
  readonly value?: string
  readonly choices?: readonly string[]
  readonly required?: true
  readonly many?: true
}

export type Arguments = Readonly<Record<string, ArgumentSpec>>
export type Options = Readonly<Record<string, OptionSpec>>

type ArgumentValue<S> = S extends { optional: true } ? string | undefined : string
type Choice<S> = S extends { choices: readonly (infer C)[] } ? C : string
type OptionValue<S> = S extends { value: string } | { choices: readonly string[] }
  ? S extends { many: true }
    ? Choice<S>[]
    : S extends { required: true }
      ? Choice<S>
      : Choice<S> | undefined
  : boolean

/** What was given on the command line, under the names of the declaration. */
export type Given<A, O> = { readonly [Name in keyof A]: ArgumentValue<A[Name]> } & {
  readonly [Name in keyof O]: OptionValue<O[Name]>
}

/**
 * What a command answers, twice: `text` for people (whole lines) and `data` for `--json`, the same facts. `bad` means
 * that the answer itself is bad news, such as a broken audit: exit code 1.
 */
export type Result = { readonly text: string; readonly data: unknown; readonly bad?: boolean }

type Declaration<A extends Arguments, O extends Options> = {
  readonly name: string
  /** One line, as in a list of commands. */
  readonly does: string
  /** More to know, in whole sentences; shown by the command's own help. */
  readonly notes?: string
  readonly arguments?: A
  readonly options?: O
  /** Whole command lines that work. */
  readonly examples: readonly [string, ...string[]]
  readonly run: (context: Context, given: Given<A, O>) => Promise<Result>
}

/** A command after its declaration, when only help and the parser still look at the specifications. */
export type Command = Omit<Declaration<Arguments, Options>, 'run' | 'arguments' | 'options'> & {
  readonly arguments: Arguments
  readonly options: Options
  readonly run: (context: Context, given: Record<string, unknown>) => Promise<Result>
}

/** Commands about one thing: `postern <topic> <command>`. */
export type Topic = {
  readonly name: string
  readonly does: string
  readonly commands: readonly Command[]
}

const NOTHING = {} as const

/** Declares a command. Secrets are no arguments: `context.secret` asks for them. */
export function command<
  const A extends Arguments = typeof NOTHING,
  const O extends Options = typeof NOTHING,
>(declaration: Declaration<A, O>): Command {
  const { arguments: args, options, run } = declaration
  return {
    ...declaration,
    arguments: args ?? NOTHING,
    options: options ?? NOTHING,
    run: (context, given) => run(context, given as Given<A, O>), // parse.ts made it from these very specifications
  }
}
