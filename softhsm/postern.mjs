/** `npm run postern`: the command on this machine's SoftHSM, as `npm start` runs the server. */
import { findModule } from './module.mjs'

const module = findModule(process.env)
if (module !== null) process.env['POSTERN_PKCS11_MODULE'] = module
await import('../api/cli/postern.ts')
