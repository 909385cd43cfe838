/** `npm run check`: every check at once, two at a time; each says how long it took, and why it failed. */
import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

const TOOLS = fileURLToPath(new URL('../node_modules/.bin', import.meta.url))
const CACHE = 'node_modules/.cache'

/**
 * The longest first, so that two lanes end at about the same time. Lint keeps no cache: what it says of a file depends
 * on the types of others.
 */
const CHECKS = [
  {
    name: 'lint',
    command: 'eslint . --max-warnings 0',
  },
  {
    name: 'types of web',
    command: 'svelte-check --tsconfig web/tsconfig.json --fail-on-warnings --output human',
  },
  {
    name: 'types of api, test, softhsm',
    command: `tsc -p . --incremental --tsBuildInfoFile ${CACHE}/tsc/root.json`,
  },
  {
    name: 'format',
    command: `prettier --check --log-level warn --cache .`,
  },
  {
    name: 'types of test/e2e',
    command: `tsc -p test/e2e --incremental --tsBuildInfoFile ${CACHE}/tsc/e2e.json`,
  },
  {
    name: 'types of shared alone',
    command: `tsc -p shared --incremental --tsBuildInfoFile ${CACHE}/tsc/shared.json`,
  },
  {
    name: 'directions of import',
    command: 'depcruise --config .dependency-cruiser.js web api shared test softhsm',
  },
  { name: 'dead code', command: 'knip' },
]
const LANES = 2

/**
 * @param {{ name: string, command: string }} check
 * @returns {Promise<boolean>} whether it passed
 */
function run({ name, command }) {
  const started = performance.now()
  return new Promise((resolve) => {
    const [program = '', ...args] = command.split(' ')
    const child = spawn(`${TOOLS}/${program}`, args, {
      env: { ...process.env, PATH: TOOLS + delimiter + process.env['PATH'] }, // Node 24 for every tool
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    /** @type {Buffer[]} */
    const output = []
    child.stdout.on('data', (chunk) => output.push(chunk))
    child.stderr.on('data', (chunk) => output.push(chunk))
    child.on('error', (error) => output.push(Buffer.from(error.message)))
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      process.stdout.write(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`)
      if (code !== 0) process.stdout.write(`${Buffer.concat(output)}\n`)
      resolve(code === 0)
    })
  })
}

const waiting = [...CHECKS]
const lanes = Array.from({ length: LANES }, async () => {
  let passed = true
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    passed = (await run(check)) && passed
  }
  return passed
})
const passed = (await Promise.all(lanes)).every(Boolean)
process.stdout.write(passed ? 'All checks passed.\n' : 'Some checks failed.\n')
process.exitCode = passed ? 0 : 1
