import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Failure } from './failure.mjs'

const LAST_LINES = 25 // enough of a compiler's or package manager's complaint to act on

/** A program and its arguments. @typedef {readonly string[]} Command */

/**
 * Where a program of this name lies on the path.
 * @param {string} name
 * @returns {string | null}
 */
export function findProgram(name) {
  const { PATH = '' } = process.env
  const paths = PATH.split(delimiter).map((folder) => join(folder, name))
  return paths.find(isExecutable) ?? null
}

/** @param {string} name */
export function hasProgram(name) {
  return findProgram(name) !== null
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Runs a command to its end without input; its output is shown only when it fails.
 * @param {Command} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, otherwise: string }} options `otherwise` is the sentence for a failure
 * @returns {Promise<void>}
 */
export function runQuietly([program = '', ...args], { cwd, env, otherwise }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const keep = (/** @type {Buffer} */ chunk) => (output = (output + chunk).slice(-20_000))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => reject(new Failure(`${otherwise} ${error.message}.`)))
    child.on('close', (code) => {
      if (code === 0) resolve()
      else
        reject(new Failure(otherwise, output.trimEnd().split('\n').slice(-LAST_LINES).join('\n')))
    })
  })
}

/**
 * Runs a command with our terminal and hands it our signals.
 * @param {Command} command
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} its exit code; 128 and the signal's number when a signal ended it
 */
export function runHere([program = '', ...args], env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'inherit' })
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) {
      process.on(signal, () => {
        // Ctrl-C in a terminal reaches the child by itself; a second one would mean "at once".
        if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
      })
    }
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
}
