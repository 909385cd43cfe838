import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const files = globSync('shared/{*,{asn1,cms,mime,outlook,smime,x509}/**/*}.ts', { cwd: root })
const sources = files.filter((file) => !/\.(test|d)\.ts$/.test(file))

/** Exports without a comment of their own, or above the lines that they stand in without a gap. */
function withoutWords(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: string[] = []
  let said = false
  let end = 0
  for (const statement of source.statements) {
    const follows = !text.slice(end, statement.getStart()).includes('\n\n')
    const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? []
    said = comments.length > 0 || (follows && said)
    end = statement.end
    const isExport =
      ts.canHaveModifiers(statement) &&
      statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
    if (isExport && !said) found.push(statement.getText().split('\n')[0] ?? '')
  }
  return found
}

describe('the engine as a library', () => {
  it('says of each export what it is', () => {
    const silent = sources.flatMap((file) =>
      withoutWords(file, readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).map(
        (line) => `${file}: ${line}`,
      ),
    )
    expect(sources.length).toBeGreaterThan(100)
    expect(silent).toEqual([])
  })

  it('is found out where it does not', () => {
    const text = '/** Said. */\nexport const a = 1\nexport const b = 2\n\nexport const c = 3\n'
    expect(withoutWords('x.ts', text)).toEqual(['export const c = 3'])
  })
})
