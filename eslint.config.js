import { defineConfig, globalIgnores } from 'eslint/config'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import { purity } from './eslint.purity.js'

const TESTS = ['**/*.test.ts', '**/*.spec.ts', 'test/**/*.ts']
const CONFIGS = [
  '*.config.{js,ts}',
  'eslint.purity.js',
  '.dependency-cruiser.js',
  'test/**/*.config.ts',
]

/** Habits of style.md that a machine can hold us to. */
const habits = {
  eqeqeq: 'error',
  'no-console': 'error',
  'no-eval': 'error',
  'no-new-func': 'error',
  'no-param-reassign': 'error',
  'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
  'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: 'Randomness comes from crypto.' },
  ],
}

/** Strict, except where the strict form makes honest code longer and no safer. */
const typed = {
  '@typescript-eslint/consistent-type-definitions': 'off',
  '@typescript-eslint/consistent-type-exports': 'error',
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    {
      ignoreArrowShorthand: true,
      ignoreVoidOperator: true,
      ignoreVoidReturningFunctions: true,
    },
  ],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
}

export default defineConfig(
  globalIgnores([
    'node_modules/',
    'dist/',
    '.stryker/',
    '.postern/',
    'test-results/',
    'playwright-report/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ts.configs.strictTypeChecked,
  ts.configs.stylisticTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: { ...habits, ...typed },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true }],
      '@typescript-eslint/no-unsafe-assignment': 'off', // $props() is any here; svelte-check types it
      'prefer-const': 'off', // the Svelte form below knows $props and $derived
      'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$derived'] }],
      'svelte/block-lang': ['error', { script: 'ts', style: null }],
      'svelte/button-has-type': 'error',
      'svelte/no-at-html-tags': 'error',
      'svelte/no-target-blank': 'error',
    },
  },
  { files: ['web/**'], languageOptions: { globals: globals.browser } },
  { files: ['api/**', 'softhsm/**', 'test/**'], languageOptions: { globals: globals.node } },
  ...purity,
  {
    // Plain JavaScript: scripts that run before any package is there.
    files: ['**/*.js', '**/*.mjs'],
    extends: [ts.configs.disableTypeChecked],
  },
  {
    files: TESTS,
    rules: {
      'max-lines-per-function': 'off', // a suite is a list of sentences, not a function to read as one
      '@typescript-eslint/no-non-null-assertion': 'off', // a test that meets undefined fails, as it should
    },
  },
  { files: CONFIGS, rules: { 'no-restricted-exports': 'off' } }, // tools want their default export
)
