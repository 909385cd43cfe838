/**
 * `npm start`: from a fresh clone to a running Postern, with any Node from 20 on.
 * This file uses only what very old Nodes can parse, so that they get a sentence and not a stack.
 */
const OLDEST_NODE = 20

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(
    'Postern needs Node ' + OLDEST_NODE + ' or newer to start; this is ' + process.version + '.\n',
  )
  process.exitCode = 1
} else {
  import('./launch.mjs').then(({ launch }) => launch(process.argv.slice(2)))
}
