import { cpus, totalmem, type } from 'node:os'

/** One figure of a benchmark. */
export type Figure = {
  /** What was measured, like `second start`. */
  readonly case: string
  /** Which of its figures, like `time to ready`. */
  readonly metric: string
  readonly value: number
  /** Like `ms`, `MiB`, `1/s`. */
  readonly unit: string
  /** What it must reach, where something must. */
  readonly bar?: Bar
}

export type Bar = { readonly most: number } | { readonly least: number }

/** The first line: where and when the figures below were seen. */
export function emitMachine(bench: string): void {
  emitLine({
    bench,
    date: new Date().toISOString(),
    machine: {
      processor: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    },
    versions: { system: type(), node: process.versions.node, openssl: process.versions.openssl },
  })
}

/**
 * One line `{bench, case, metric, value, unit}` and, where there is a bar, `bar` and `holds`. A bar that does not
 * hold makes the exit code 1.
 */
export function emitFigure(bench: string, { bar, ...figure }: Figure): void {
  const value = Number(figure.value.toPrecision(4))
  if (bar === undefined) {
    emitLine({ bench, ...figure, value })
    return
  }
  const holds = isHeld(figure.value, bar)
  if (!holds) process.exitCode = 1
  emitLine({ bench, ...figure, value, bar: 'most' in bar ? bar.most : bar.least, holds })
}

/** What is no number holds no bar. */
export function isHeld(value: number, bar: Bar): boolean {
  return 'most' in bar ? value <= bar.most : value >= bar.least
}

function emitLine(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
