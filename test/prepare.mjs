/** Brings what the tests need beside Postern itself: a browser, a PKCS#11 tool, fonts, other S/MIME programs, p11-kit, nginx, psql. */
import { readdirSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { fail } from '../softhsm/failure.mjs'
import { NODE, prepareMachine, ROOT } from '../softhsm/prepare.mjs'
import { findProgram, hasProgram } from '../softhsm/program.mjs'
import { findNginx } from './support/nginx.mjs'
import { findP11KitClient } from './support/p11-kit-client.mjs'
import { buildWeb } from '../softhsm/web-build.mjs'

/** The names that distributions give to Chromium, and the browser made of it. */
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome']

/** @returns {string | undefined} */
function findBrowser() {
  return BROWSERS.map(findProgram).find((path) => path !== null) ?? undefined
}

/** @returns {import('../softhsm/system-packages.mjs').Need[]} */
function missing() {
  /** @type {import('../softhsm/system-packages.mjs').Need[]} */
  const needs = []
  if (!findBrowser()) needs.push('chromium')
  if (!hasProgram('openssl')) needs.push('openssl')
  if (!hasProgram('pkcs11-tool')) needs.push('pkcs11-tool')
  if (!hasProgram('gpgsm')) needs.push('gpgsm')
  if (!hasProgram('cmsutil')) needs.push('cmsutil')
  if (findNginx() === null) needs.push('nginx')
  if (!hasProgram('psql')) needs.push('psql')
  if (!hasProgram('p11-kit') || findP11KitClient() === null) needs.push('p11-kit')
  if (process.platform === 'linux' && !hasFonts('/usr/share/fonts')) needs.push('fonts')
  return needs
}

/**
 * Without any font Chromium draws no text, and every screenshot is empty.
 * @param {string} folder
 */
function hasFonts(folder) {
  try {
    return readdirSync(folder, { recursive: true }).some((name) =>
      /\.(ttf|otf)$/.test(String(name)),
    )
  } catch {
    return false
  }
}

/**
 * Installs what is missing and builds the web app.
 * @returns {Promise<{ POSTERN_PKCS11_MODULE: string, CHROMIUM: string | undefined }>} what the suites are told by the
 *   environment
 * @throws {import('../softhsm/failure.mjs').Failure}
 */
export async function prepareForTests() {
  const { module } = await prepareMachine({ install: true, also: missing() })
  await buildWeb(ROOT, NODE)
  return { POSTERN_PKCS11_MODULE: module, CHROMIUM: process.env['CHROMIUM'] ?? findBrowser() }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await prepareForTests().catch(fail)
}
