import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import config from '../../.dependency-cruiser.js'
import { writeFixture, type Import } from './fixture.ts'

/** Each rule with an import that breaks it. */
const BROKEN: readonly (readonly [rule: string, ...Import])[] = [
  ['shared-imports-nothing-of-ours', 'shared/mime/a.ts', 'api/config.ts'],
  ['shared-imports-nothing-of-ours', 'shared/mime/b.ts', 'web/lib/dates.ts'],
  ['web-never-sees-api', 'web/lib/api.ts', 'api/config.ts'],
  ['api-never-sees-web', 'api/gateway/web.ts', 'web/lib/dates.ts'],
  ['the-product-never-imports-tests', 'api/mail/test.ts', 'test/support/pki.ts'],
  ['the-product-never-imports-tests', 'shared/mime/test.ts', 'shared/mime/parse.test.ts'],
  ['softhsm-is-imported-by-none', 'api/hsm/scripts.ts', 'softhsm/module.mjs'],
  ['shared-is-pure', 'shared/cms/node.ts', 'node:crypto'],
  ['web-runs-in-a-browser', 'web/lib/node.ts', 'node:fs'],
  ['shared-ground-stands-on-nothing', 'shared/errors.ts', 'shared/contract/problem.ts'],
  ['contract-stands-on-the-ground', 'shared/contract/a.ts', 'shared/cms/algorithms.ts'],
  ['hpke-stands-on-the-contract', 'shared/hpke.ts', 'shared/cms/algorithms.ts'],
  ['asn1-stands-on-the-ground', 'shared/asn1/a.ts', 'shared/x509/certificate.ts'],
  ['x509-stands-on-asn1', 'shared/x509/a.ts', 'shared/cms/algorithms.ts'],
  ['cms-stands-on-x509', 'shared/cms/a.ts', 'shared/smime/open.ts'],
  ['cms-stands-on-x509', 'shared/cms/b.ts', 'shared/mime/parse.ts'],
  ['mime-stands-on-the-ground', 'shared/mime/c.ts', 'shared/cms/algorithms.ts'],
  ['smime-knows-no-transport', 'shared/smime/a.ts', 'shared/hpke.ts'],
  ['pkcs12-stands-on-cms', 'shared/pkcs12/a.ts', 'shared/smime/open.ts'],
  ['outlook-stands-on-the-ground', 'shared/outlook/a.ts', 'shared/mime/parse.ts'],
  ['nobody-imports-main', 'api/gateway/main.ts', 'api/main.ts'],
  ['the-edges-of-api-are-not-imported', 'api/keys/demo.ts', 'api/demo/company.ts'],
  ['gateway-reaches-keys-by-its-port', 'api/gateway/keys.ts', 'api/keys/app.ts'],
  ['gateway-reaches-keys-by-its-port', 'api/gateway/db.ts', 'api/storage/db.ts'],
  ['mail-stands-alone', 'api/mail/keys.ts', 'api/keys/app.ts'],
  ['keys-knows-no-mail-and-no-gateway', 'api/keys/mail.ts', 'api/mail/mailbox.ts'],
  ['keys-reaches-the-token-by-its-port', 'api/keys/token.ts', 'api/hsm/supervisor.ts'],
  ['storage-stands-alone', 'api/storage/keys.ts', 'api/keys/app.ts'],
  ['hsm-stands-alone', 'api/hsm/db.ts', 'api/storage/db.ts'],
  ['the-server-never-loads-pkcs11', 'api/hsm/supervisor.ts', 'npm:pkcs11js'],
  ['nobody-imports-app', 'web/features/compose/app.ts', 'web/App.svelte'],
  ['features-never-import-each-other', 'web/features/compose/a.ts', 'web/features/message/b.ts'],
  ['components-and-state-know-no-feature', 'web/state/a.ts', 'web/features/message/b.ts'],
  ['components-know-no-state', 'web/components/a.ts', 'web/state/session.svelte.ts'],
  ['the-ground-of-web-lies-lowest', 'web/client/a.ts', 'web/state/session.svelte.ts'],
  ['the-mail-frame-stands-alone', 'web/frame/a.ts', 'web/client/session.ts'],
  ['pkcs11js-has-one-owner', 'api/keys/pkcs11.ts', 'npm:pkcs11js'],
  ['(imapflow|nodemailer)-has-one-owner', 'api/gateway/imap.ts', 'npm:imapflow'],
  ['(better-sqlite3|pg)-has-one-owner', 'api/keys/sqlite.ts', 'npm:better-sqlite3'],
  ['kysely-has-one-owner', 'api/gateway/kysely.ts', 'npm:kysely'],
  ['(pkijs|asn1js)-has-one-owner', 'shared/smime/pkijs.ts', 'npm:pkijs'],
  ['@hpke/core-has-one-owner', 'web/client/hpke.ts', 'npm:@hpke/core'],
  ['@noble/ciphers-has-one-owner', 'shared/smime/noble.ts', 'npm:@noble/ciphers'],
  ['@noble/hashes-has-one-owner', 'shared/smime/noble.ts', 'npm:@noble/hashes'],
  ['@noble/curves-has-one-owner', 'shared/smime/noble.ts', 'npm:@noble/curves'],
  ['node-forge-has-one-owner', 'shared/smime/forge.ts', 'npm:node-forge'],
  ['dompurify-has-one-owner', 'web/components/html.ts', 'npm:dompurify'],
  ['idb-has-one-owner', 'web/state/idb.ts', 'npm:idb'],
  ['(hono|@hono/node-server)-has-one-owner', 'shared/contract/hono.ts', 'npm:hono'],
  ['(otplib|@node-rs/argon2)-has-one-owner', 'api/gateway/otp.ts', 'npm:otplib'],
  ['openid-client-has-one-owner', 'api/gateway/openid.ts', 'npm:openid-client'],
  ['@simplewebauthn/server-has-one-owner', 'api/gateway/passkey.ts', 'npm:@simplewebauthn/server'],
  ['@simplewebauthn/browser-has-one-owner', 'web/state/passkey.ts', 'npm:@simplewebauthn/browser'],
  ['pino-has-one-owner', 'api/gateway/pino.ts', 'npm:pino'],
  ['prom-client-has-one-owner', 'api/keys/prometheus.ts', 'npm:prom-client'],
  ['uqr-has-one-owner', 'web/components/qr.ts', 'npm:uqr'],
  ['workbox-precaching-has-one-owner', 'web/lib/workbox.ts', 'npm:workbox-precaching'],
  ['no-cycles', 'api/mail/x.ts', 'api/mail/y.ts'],
  ['every-import-resolves', 'api/mail/nowhere.ts', 'npm:../nowhere.ts'],
]

/** Every arrow of ARCHITECTURE.md, and what a test beside its unit may do. */
const ALLOWED: readonly Import[] = [
  ['web/App.svelte', 'web/features/compose/Compose.svelte'],
  ['web/features/compose/draft.ts', 'web/components/field.ts'],
  ['web/features/compose/send.ts', 'web/state/session.svelte.ts'],
  ['web/state/session.svelte.ts', 'web/client/session.ts'],
  ['web/client/session.ts', 'shared/contract/session.ts'],
  ['web/client/call.ts', 'web/lib/browser.ts'],
  ['web/lib/message-cache.ts', 'npm:idb'],
  ['api/main.ts', 'api/gateway/app.ts'],
  ['api/main.ts', 'api/keys/app.ts'],
  ['api/main.ts', 'api/hsm/supervisor.ts'],
  ['api/gateway/app.ts', 'api/mail/mailbox.ts'],
  ['api/keys/app.ts', 'api/hsm/port.ts'],
  ['api/keys/app.ts', 'api/storage/db.ts'],
  ['api/hsm/worker.ts', 'npm:pkcs11js'],
  ['shared/smime/open.ts', 'shared/cms/signed-data.ts'],
  ['shared/smime/open.ts', 'shared/mime/parse.ts'],
  ['shared/cms/signed-data.ts', 'shared/x509/certificate.ts'],
  ['shared/x509/certificate.ts', 'shared/asn1/reader.ts'],
  ['shared/x509/certificate.ts', 'npm:pkijs'],
  ['shared/asn1/reader.ts', 'shared/errors.ts'],
  ['shared/contract/problem.ts', 'shared/errors.ts'],
  ['shared/hpke.ts', 'shared/contract/sealing.ts'],
  ['shared/mime/parse.test.ts', 'test/support/mail.ts'],
  ['shared/mime/parse.test.ts', 'node:fs'],
]

const FOLDERS = ['web', 'api', 'shared', 'softhsm', 'test']
const removals: (() => void)[] = []

/** The violations in a fixture, as `rule: from → to` for every import that breaks a rule. */
async function violationsOf(imports: readonly Import[]): Promise<Set<string>> {
  const { folder, remove } = writeFixture([
    ...imports,
    ['softhsm/a.mjs', 'softhsm/b.mjs'],
    ['test/a.ts', 'test/b.ts'],
  ])
  removals.push(remove)
  const { forbidden, options } = config
  const result = await cruise(FOLDERS, {
    ...options,
    baseDir: folder,
    validate: true,
    ruleSet: { forbidden },
  })
  const { summary } = result.output as ICruiseResult
  return new Set(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`))
}

afterAll(() => {
  for (const remove of removals) remove()
})

describe('the directions of import', () => {
  let found: ReadonlySet<string>

  beforeAll(async () => {
    const closesTheCycle: Import = ['api/mail/y.ts', 'api/mail/x.ts']
    found = await violationsOf([
      ...BROKEN.map(([, from, to]): Import => [from, to]),
      closesTheCycle,
    ])
  })

  it.each(BROKEN)('%s: fires when %s imports %s', (rule, from) => {
    expect(found).toContain(`${rule}: ${from}`)
  })

  it('has an example of a violation for every rule', () => {
    const shown = new Set(BROKEN.map(([rule]) => rule))
    expect(config.forbidden.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([])
  })

  it('leaves the arrows of the architecture alone', async () => {
    expect([...(await violationsOf(ALLOWED))]).toEqual([])
  })
})
