type Place = { readonly line: number; readonly column: number }

/** The part of Stryker's report that is read here. */
export type MutationReport = {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string
        readonly mutants: readonly {
          readonly replacement?: string
          readonly mutatorName: string
          readonly status: string
          readonly location: { readonly start: Place; readonly end: Place }
        }[]
      }
    >
  >
}

/** A change that no test noticed. `key` names it by what was changed into what, wherever the lines move. */
export type Survivor = { readonly key: string; readonly at: string }

/** All mutants that ran, and those that lived, in the order of the files. */
export function findSurvivors({ files }: MutationReport): {
  readonly mutants: number
  readonly survivors: readonly Survivor[]
} {
  let mutants = 0
  const survivors: Survivor[] = []
  for (const [file, { source, mutants: found }] of Object.entries(files)) {
    for (const { replacement = '', status, location } of found) {
      if (status === 'Ignored' || status === 'CompileError') continue
      mutants++
      if (status !== 'Survived' && status !== 'NoCoverage') continue
      const before = textBetween(source, location.start, location.end)
      const key = `${file}: ${short(before)} => ${short(replacement)}`
      survivors.push({ key, at: `${file}:${String(location.start.line)}` })
    }
  }
  return { mutants, survivors }
}

/** Of lines and columns that count from 1. */
function textBetween(source: string, start: Place, end: Place): string {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  const last = lines.length - 1
  lines[last] = (lines[last] ?? '').slice(0, end.column - 1)
  lines[0] = (lines[0] ?? '').slice(start.column - 1)
  return lines.join('\n')
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > 90 ? `${line.slice(0, 90)}…` : line
}
