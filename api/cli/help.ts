import { type Command, type OptionSpec, type Topic } from './command.ts'
import { takesValue } from './parse.ts'

const JSON_OPTION: OptionSpec = { does: 'answer in JSON, the same facts for programs' }

const FOOT = `
The data folder is .postern where you are, or what POSTERN_DATA names. Exit code: 0 done, 1 refused or bad news,
2 not understood. Secrets are asked for, or read from standard input, one a line; they are never arguments.
`

/** What there is. */
export function overview(topics: readonly Topic[]): string {
  return [
    'postern: look after Postern without a browser, also while the server runs\n\n',
    lines(topics.flatMap(({ name, commands }) => commands.map((one) => summary(name, one)))),
    '\nMore, with examples: postern <topic> --help, postern <topic> <command> --help\n',
    FOOT,
  ].join('')
}

/** The commands of one topic, each with an example. */
export function topicHelp({ name, does, commands }: Topic): string {
  return [
    `postern ${name}: ${does}\n\n`,
    lines(commands.map((one) => summary(name, one))),
    '\nFor example:\n',
    ...commands.map(({ examples: [first] }) => `  ${first}\n`),
  ].join('')
}

/** Everything about one command. */
export function commandHelp(topic: string, command: Command): string {
  const words = Object.entries(command.arguments).map(([name, { does }]) => [`<${name}>`, does])
  const options = Object.entries({ ...command.options, json: JSON_OPTION }).map(([name, spec]) => [
    optionForm(name, spec),
    optionText(spec),
  ])
  return [
    `postern ${usage(topic, command)}\n\n  ${command.does}\n`,
    command.notes === undefined ? '' : `\n${command.notes.trim()}\n`,
    `\n${lines([...words, ...options])}`,
    '\nFor example:\n',
    ...command.examples.map((example) => `  ${example}\n`),
  ].join('')
}

function usage(topic: string, { name, arguments: words, options }: Command): string {
  const required = Object.entries(options).filter(([, { required }]) => required === true)
  return [
    topic,
    name,
    ...Object.entries(words).map(([word, { optional }]) => (optional ? `[${word}]` : `<${word}>`)),
    ...required.map(([option, spec]) => optionForm(option, spec)),
  ].join(' ')
}

function summary(topic: string, command: Command): string[] {
  return [`postern ${usage(topic, command)}`, command.does]
}

function optionForm(name: string, spec: OptionSpec): string {
  return takesValue(spec) ? `--${name} ${spec.value ?? name.toUpperCase()}` : `--${name}`
}

function optionText({ does, choices, many }: OptionSpec): string {
  const which = choices === undefined ? '' : `: ${choices.join(', ')}`
  return `${does}${which}${many === true ? ' (may be repeated)' : ''}`
}

/** Pairs in two columns, indented. */
function lines(pairs: readonly (readonly string[])[]): string {
  const width = Math.max(...pairs.map(([left = '']) => left.length))
  return pairs.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}\n`).join('')
}
