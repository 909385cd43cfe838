/**
 * Who may import whom: ARCHITECTURE.md's arrows as rules. test/house has seen each of them fire.
 * Tests stand beside their units and may reach into `test`, so the inner rules leave them out.
 */
const TEST = '\\.test\\.ts$'

/** @typedef {import('dependency-cruiser').IForbiddenRuleType & { name: string }} Rule */

/**
 * `name`: files below `from` never import files below `to`.
 * @param {string} name
 * @param {string} from
 * @param {string | string[] | { dependencyTypes: 'core'[] }} to
 * @returns {Rule}
 */
function never(name, from, to) {
  return {
    name,
    severity: 'error',
    from: { path: from, pathNot: TEST },
    to: typeof to === 'string' || Array.isArray(to) ? { path: to } : to,
  }
}

/**
 * An outside library has one owner: `owner` is the only place in the product that imports `library`.
 * @param {string} library
 * @param {string} owner
 * @returns {Rule}
 */
function owned(library, owner) {
  return {
    name: `${library}-has-one-owner`,
    severity: 'error',
    comment: `Only ${owner} imports ${library}.`,
    from: { path: '^(web|api|shared)/', pathNot: [owner, TEST] },
    to: { path: `^node_modules/${library}/` },
  }
}

const topFolders = [
  never('shared-imports-nothing-of-ours', '^shared/', '^(web|api|softhsm)/'),
  never('web-never-sees-api', '^web/', '^api/'),
  never('api-never-sees-web', '^api/', '^web/'),
  never('the-product-never-imports-tests', '^(web|api|shared|softhsm)/', ['^test/', TEST]),
  never('softhsm-is-imported-by-none', '^(web|api|shared)/', '^softhsm/'),
  never('shared-is-pure', '^shared/', { dependencyTypes: ['core'] }),
  never('web-runs-in-a-browser', '^web/', { dependencyTypes: ['core'] }),
]

/** The ground: `errors`, `bytes` and their like lie directly in `shared`; `hpke` stands on the contract. */
const shared = [
  never('shared-ground-stands-on-nothing', '^shared/(?!hpke)[^/]+$', '^shared/([^/]+/|hpke)'),
  never('contract-stands-on-the-ground', '^shared/contract/', '^shared/((?!contract/)[^/]+/|hpke)'),
  never('hpke-stands-on-the-contract', '^shared/hpke', '^shared/(?!contract/)[^/]+/'),
  never('asn1-stands-on-the-ground', '^shared/asn1/', '^shared/((?!asn1/)[^/]+/|hpke)'),
  never('x509-stands-on-asn1', '^shared/x509/', '^shared/((?!(x509|asn1)/)[^/]+/|hpke)'),
  never('cms-stands-on-x509', '^shared/cms/', '^shared/((?!(cms|x509|asn1|contract)/)[^/]+/|hpke)'),
  never('mime-stands-on-the-ground', '^shared/mime/', '^shared/((?!mime/)[^/]+/|hpke)'),
  never('outlook-stands-on-the-ground', '^shared/outlook/', '^shared/((?!outlook/)[^/]+/|hpke)'),
  never(
    'pkcs12-stands-on-cms',
    '^shared/pkcs12/',
    '^shared/((?!(pkcs12|cms|x509|asn1)/)[^/]+/|hpke)',
  ),
  never('smime-knows-no-transport', '^shared/smime/', '^shared/hpke'),
]

/** @type {Rule[]} */
const api = [
  never('nobody-imports-main', '^api/', '^api/main\\.ts$'),
  never(
    'the-edges-of-api-are-not-imported',
    '^api/(gateway|mail|keys|hsm|storage)/',
    '^api/(cli|demo|start)/',
  ),
  never('gateway-reaches-keys-by-its-port', '^api/gateway/', '^api/(hsm|storage|keys)/'),
  never('mail-stands-alone', '^api/mail/', '^api/(gateway|keys|hsm|storage)/'),
  never('keys-knows-no-mail-and-no-gateway', '^api/keys/', '^api/(gateway|mail)/'),
  never('keys-reaches-the-token-by-its-port', '^api/keys/', '^api/hsm/(?!port\\.ts$)'),
  never('storage-stands-alone', '^api/storage/', '^api/(gateway|mail|keys|hsm)/'),
  never('hsm-stands-alone', '^api/hsm/', '^api/(gateway|mail|keys|storage)/'),
  {
    name: 'the-server-never-loads-pkcs11',
    severity: 'error',
    comment: 'Only the worker process does: it can be killed (ARCHITECTURE.md, trust domains).',
    from: { path: '^api/(main|hsm/supervisor)\\.ts$' },
    to: { path: '^node_modules/pkcs11js/', reachable: true },
  },
]

/** @type {Rule[]} */
const web = [
  never('nobody-imports-app', '^web/.+/', '^web/App\\.svelte$'),
  {
    name: 'features-never-import-each-other',
    severity: 'error',
    from: { path: '^web/features/([^/]+)/' },
    to: { path: '^web/features/', pathNot: '^web/features/$1/' },
  },
  never('components-and-state-know-no-feature', '^web/(components|state)/', '^web/features/'),
  never('components-know-no-state', '^web/components/', '^web/state/'),
  never(
    'the-ground-of-web-lies-lowest',
    '^web/(client|lib|engine)/',
    '^web/(features|components|state)/',
  ),
  never('the-mail-frame-stands-alone', '^web/frame/', '^web/(?!frame/|lib/)'),
]

const libraries = [
  owned('pkcs11js', '^api/hsm/'),
  owned('(imapflow|nodemailer)', '^api/mail/'),
  owned('(better-sqlite3|pg)', '^api/storage/'),
  owned('kysely', '^api/(storage|keys)/'),
  owned('(pkijs|asn1js)', '^shared/(asn1|x509|cms)/'),
  owned('@hpke/core', '^shared/hpke\\.ts$'),
  owned('@noble/ciphers', '^shared/cms/(software-(aes|chacha)|ghash)\\.ts$'),
  owned('@noble/hashes', '^shared/x509/software-digest\\.ts$'),
  owned('@noble/curves', '^shared/x509/software-signature\\.ts$'),
  owned('node-forge', '^shared/cms/legacy-ciphers\\.ts$'),
  owned('dompurify', '^web/frame/mail-html\\.ts$'),
  owned('idb', '^web/lib/message-cache\\.ts$'),
  owned('(hono|@hono/node-server)', '^api/'),
  owned('(otplib|@node-rs/argon2)', '^api/keys/'),
  owned('@simplewebauthn/server', '^api/keys/auth/passkeys/'),
  owned('@simplewebauthn/browser', '^web/lib/passkeys\\.ts$'),
  owned('openid-client', '^api/keys/auth/openid/'),
  owned('pino', '^api/log\\.ts$'),
  owned('prom-client', '^api/metrics\\.ts$'),
  owned('uqr', '^(api/start/|web/lib/qr-code\\.ts$)'),
  owned('workbox-precaching', '^web/service-worker\\.ts$'),
]

/** @type {Rule[]} */
const forbidden = [
  ...topFolders,
  ...shared,
  ...api,
  ...web,
  ...libraries,
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  { name: 'every-import-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
]

export default {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true, // types count as imports
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'browser', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.svelte', '.d.ts'],
    },
  },
}
