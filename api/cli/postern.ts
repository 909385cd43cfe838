#!/usr/bin/env node
import { run } from './run.ts'
import { SecretInput } from './secret.ts'
import { realSurroundings } from './surroundings.ts'
import { TOPICS } from './topics.ts'

process.umask(0o077) // what is made here, by the token's module too, is for this user alone
const secrets = new SecretInput(process.stdin, (prompt) => void process.stderr.write(prompt))
process.exitCode = await run(TOPICS, process.argv.slice(2), realSurroundings(secrets))
secrets.close()
