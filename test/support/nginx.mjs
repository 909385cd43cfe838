import { existsSync } from 'node:fs'
import { findProgram } from '../../softhsm/program.mjs'

const PLACE = '/usr/sbin/nginx' // on the path of root alone

/** @returns {string | null} the program, or null where it is not installed */
export function findNginx() {
  return findProgram('nginx') ?? (existsSync(PLACE) ? PLACE : null)
}
