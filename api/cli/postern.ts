#!/usr/bin/env node
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { readDataFolder } from '../config.ts'
import { run } from './run.ts'

const answer = await run(process.argv.slice(2), join(readDataFolder(), 'postern.db'), systemClock)
process.stdout.write(answer.stdout)
process.stderr.write(answer.stderr)
process.exitCode = answer.exitCode
