/**
 * What dependency-cruiser cannot see: globals, and type-only imports inside `.svelte` files.
 * Each rule here is seen to fire in test/house.
 */

/** `shared` runs in a browser, in a worker and in Node; so it may lean on nothing that only one has. */
const notInShared = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'EventSource',
  'indexedDB',
  'caches',
  'postMessage',
  'importScripts',
  'self',
  'globalThis',
  'global',
  'window',
  'document',
  'navigator',
  'location',
  'localStorage',
  'process',
  'require',
  'Buffer',
].map((name) => ({ name, message: 'shared is pure: no I/O, no DOM, no Node.' }))

const shared = {
  name: 'shared is pure',
  files: ['shared/**/*.ts'],
  ignores: ['**/*.test.ts'],
  rules: { 'no-restricted-globals': ['error', ...notInShared] },
}

const readsEnvironment =
  'Only api/config.ts reads the environment; take what you need as an argument.'
const environment = {
  name: 'process.env is read in one place',
  files: ['api/**/*.ts'],
  ignores: ['api/config.ts', '**/*.test.ts'],
  rules: {
    'no-restricted-syntax': [
      'error',
      {
        selector: "MemberExpression[property.name='env'][object.name='process']",
        message: readsEnvironment,
      },
      {
        selector: "VariableDeclarator[init.name='process'] Property[key.name='env']",
        message: readsEnvironment,
      },
      { selector: "ImportDeclaration[source.value='node:process']", message: readsEnvironment },
    ],
  },
}

/** Import patterns of one layer of `web`, as its components write them. */
function component(name, files, layers) {
  const patterns = layers.map(([regex, message]) => ({ regex, message }))
  return { name, files, rules: { 'no-restricted-imports': ['error', { patterns }] } }
}

const toServer = [
  '^(#|(\\.\\./)+)(api|test|softhsm)/',
  'web sees shared and itself, nothing else of ours.',
]
const toNode = ['^node:', 'web runs in a browser.']
const toFeatures = ['^(#web|(\\.\\./)+|\\./)/?features/', 'Only App imports features.']
const toApp = ['/App\\.svelte$', 'App imports; nobody imports App.']
const toState = [
  '^(#web|(\\.\\./)+)/?(components|state)/',
  'lib and client lie below components and state.',
]
const toSibling = ['^\\.\\./(?!\\.\\./)', 'Features never import each other.']
const toSiblingFromBelow = ['^\\.\\./\\.\\./(?!\\.\\./)', 'Features never import each other.']

const svelteLayers = [
  component('web: App', ['web/*.svelte'], [toServer, toNode]),
  component(
    'web: components and state',
    ['web/{components,state}/**/*.svelte'],
    [toServer, toNode, toFeatures, toApp],
  ),
  component(
    'web: client and lib',
    ['web/{client,lib}/**/*.svelte'],
    [toServer, toNode, toFeatures, toApp, toState],
  ),
  component(
    'web: features',
    ['web/features/*/*.svelte'],
    [toServer, toNode, toFeatures, toApp, toSibling],
  ),
  component(
    'web: rooms of a feature',
    ['web/features/*/*/**/*.svelte'],
    [toServer, toNode, toFeatures, toApp, toSiblingFromBelow],
  ),
]

export const purity = [shared, environment, ...svelteLayers]
