import { Failure } from './failure.mjs'
import { hasProgram, runQuietly } from './program.mjs'

/**
 * What a machine may lack. Each is one or more packages, named differently by each package manager.
 * @typedef {'softhsm' | 'compiler' | 'openssl' | 'pkcs11-tool' | 'chromium' | 'fonts' | 'gpgsm' | 'cmsutil' | 'p11-kit' | 'nginx' | 'psql'} Need
 * @typedef {import('./program.mjs').Command} Command
 * @typedef {{
 *   program: string,
 *   before: readonly Command[],
 *   install: Command,
 *   asRoot: boolean,
 *   packages: Readonly<Record<Need, readonly string[]>>
 * }} Manager
 */

/** @type {readonly Manager[]} */
const MANAGERS = [
  {
    program: 'apt-get',
    before: [['apt-get', 'update', '-q']],
    install: ['apt-get', 'install', '-y', '-q', '--no-install-recommends'],
    asRoot: true,
    packages: {
      softhsm: ['softhsm2'],
      compiler: ['g++', 'make', 'python3'],
      openssl: ['openssl'],
      'pkcs11-tool': ['opensc'],
      chromium: ['chromium'],
      fonts: ['fonts-liberation', 'fonts-dejavu-core'],
      gpgsm: ['gpgsm', 'gpg-agent', 'gpgconf'],
      cmsutil: ['libnss3-tools'],
      'p11-kit': ['p11-kit', 'p11-kit-modules'],
      nginx: ['nginx-light'],
      psql: ['postgresql-client'],
    },
  },
  {
    program: 'dnf',
    before: [],
    install: ['dnf', 'install', '-y', '-q'],
    asRoot: true,
    packages: {
      softhsm: ['softhsm'],
      compiler: ['gcc-c++', 'make', 'python3'],
      openssl: ['openssl'],
      'pkcs11-tool': ['opensc'],
      chromium: ['chromium'],
      fonts: ['liberation-fonts', 'dejavu-sans-fonts'],
      gpgsm: ['gnupg2-smime'],
      cmsutil: ['nss-tools'],
      'p11-kit': ['p11-kit', 'p11-kit-server'],
      nginx: ['nginx'],
      psql: ['postgresql'],
    },
  },
  {
    program: 'apk',
    before: [],
    install: ['apk', 'add', '--no-progress'],
    asRoot: true,
    packages: {
      softhsm: ['softhsm', 'gcompat'], // gcompat: the packaged Node is built against glibc
      compiler: ['build-base', 'python3'],
      openssl: ['openssl'],
      'pkcs11-tool': ['opensc'],
      chromium: ['chromium'],
      fonts: ['font-liberation', 'font-dejavu'],
      gpgsm: ['gnupg'],
      cmsutil: ['nss-tools'],
      'p11-kit': ['p11-kit', 'p11-kit-server'],
      nginx: ['nginx'],
      psql: ['postgresql-client'],
    },
  },
  {
    program: 'brew',
    before: [],
    install: ['brew', 'install', '--quiet'],
    asRoot: false,
    packages: {
      softhsm: ['softhsm'],
      compiler: ['python3'], // the compiler itself comes with `xcode-select --install`
      openssl: ['openssl@3'],
      'pkcs11-tool': ['opensc'],
      chromium: ['chromium'],
      fonts: [],
      gpgsm: ['gnupg'],
      cmsutil: ['nss'],
      'p11-kit': ['p11-kit'],
      nginx: ['nginx'],
      psql: ['libpq'],
    },
  },
]

const QUIET = { DEBIAN_FRONTEND: 'noninteractive', HOMEBREW_NO_AUTO_UPDATE: '1' }

/**
 * The commands that bring what is missing, in order, ready to be typed or run.
 * @param {readonly Need[]} needs
 * @param {{ has?: (program: string) => boolean, root?: boolean, terminal?: boolean }} [machine]
 * @returns {readonly Command[]} empty when nothing is needed
 * @throws {Failure} when the machine has no package manager we know
 */
export function installCommands(needs, machine = {}) {
  const {
    has = hasProgram,
    root = process.getuid?.() === 0,
    terminal = process.stdin.isTTY,
  } = machine
  if (needs.length === 0) return []
  const manager = MANAGERS.find(({ program }) => has(program))
  if (!manager) {
    throw new Failure(
      `Missing: ${needs.join(', ')}. No apt, dnf, apk or brew was found to install it; install it by hand, ` +
        'and set POSTERN_PKCS11_MODULE if SoftHSM lies in an unusual place.',
    )
  }
  const packages = needs.flatMap((need) => manager.packages[need])
  const commands = packages.length > 0 ? [...manager.before, [...manager.install, ...packages]] : []
  if (!manager.asRoot || root) return commands
  const sudo = terminal ? ['sudo'] : ['sudo', '-n'] // never wait for a password nobody can type
  return commands.map((command) => [...sudo, ...command])
}

/**
 * Installs what is missing with the machine's package manager.
 * @param {readonly Need[]} needs
 */
export async function installSystemPackages(needs) {
  for (const command of installCommands(needs)) {
    const text = command.join(' ')
    process.stdout.write(`Installing ${needs.join(', ')}: ${text}\n`)
    await runQuietly(command, { env: QUIET, otherwise: `This failed: ${text}` })
  }
}
