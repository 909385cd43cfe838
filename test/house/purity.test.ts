import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import ts from 'typescript-eslint'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const eslint = new ESLint({
  cwd: root,
  // These files are not on the disk, so rules that ask for types have nothing to ask.
  overrideConfig: ts.configs.disableTypeChecked,
})

/** The rules that fire for a file of this path and text. */
async function firing(path: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: path })
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message)
}

const importing = (path: string): string => `<script lang="ts">
  import type { Thing } from '${path}'
  const { thing }: { thing: Thing } = $props()
</script>
{thing}
`

describe('what lint holds where dependency-cruiser is blind', () => {
  it.each([
    'fetch("/x")',
    'indexedDB.open("x")',
    'postMessage(1)',
    'document.title',
    'process.exit()',
    'Buffer.from("")',
    'globalThis.fetch("/x")',
    'self.fetch("/x")',
  ])('keeps shared pure of %s', async (code) => {
    expect(await firing('shared/mime/impure.ts', `export const x = () => ${code}\n`)).toContain(
      'no-restricted-globals',
    )
  })

  it('lets shared use what browser and Node both have', async () => {
    const text =
      'export const x = () => [crypto.subtle, new TextDecoder(), new URL("a:b"), atob("")]\n'
    expect(await firing('shared/mime/pure.ts', text)).toEqual([])
  })

  it.each([
    'export const port = process.env.PORT\n',
    'export const { env } = process\n',
    "import { env } from 'node:process'\nexport const port = env\n",
  ])('lets only api/config.ts read the environment: %s', async (text) => {
    expect(await firing('api/gateway/app.ts', text)).toContain('no-restricted-syntax')
    expect(await firing('api/config.ts', text)).not.toContain('no-restricted-syntax')
  })

  it.each([
    ['web/App.svelte', '#api/keys/app.ts'],
    ['web/App.svelte', '../api/keys/app.ts'],
    ['web/features/keys/Keys.svelte', '../../../api/keys/app.ts'],
    ['web/features/keys/Keys.svelte', '../compose/draft.ts'],
    ['web/features/keys/Keys.svelte', '#web/features/compose/draft.ts'],
    ['web/features/keys/Keys.svelte', '../../features/compose/draft.ts'],
    ['web/features/keys/list/Row.svelte', '../../compose/draft.ts'],
    ['web/features/keys/Keys.svelte', '../../App.svelte'],
    ['web/features/keys/Keys.svelte', 'node:fs'],
    ['web/components/Button.svelte', '../features/compose/draft.ts'],
    ['web/components/Button.svelte', '#web/features/compose/draft.ts'],
    ['web/lib/Icon.svelte', '../state/session.svelte.ts'],
    ['web/lib/Icon.svelte', '../components/button.ts'],
  ])('sees the type-only import in %s of %s', async (path, imported) => {
    expect(await firing(path, importing(imported))).toContain('no-restricted-imports')
  })

  it.each([
    ['web/App.svelte', './features/compose/draft.ts'],
    ['web/features/keys/Keys.svelte', './list/rows.ts'],
    ['web/features/keys/Keys.svelte', '../../components/button.ts'],
    ['web/features/keys/Keys.svelte', '#web/state/session.svelte.ts'],
    ['web/features/keys/list/Row.svelte', '../rows.ts'],
    ['web/components/Button.svelte', '../lib/dates.ts'],
    ['web/components/Button.svelte', '#shared/errors.ts'],
  ])('lets %s import a type of %s', async (path, imported) => {
    expect(await firing(path, importing(imported))).toEqual([])
  })
})
