type ScriptPolicy = { createScriptURL(address: string): unknown }
type PolicyFactory = {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): ScriptPolicy
}

/** The one Trusted Types policy of ours: script addresses of our own origin, and nothing else. */
const policy = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes?.createPolicy(
  'postern',
  { createScriptURL: ownAddress },
)

/**
 * An address that `new Worker` and `serviceWorker.register` accept under `require-trusted-types-for`.
 * It is typed as the text that the DOM's types still ask for.
 * @throws TypeError for an address of another origin
 */
export function ownScript(address: string): string {
  return (policy?.createScriptURL(address) ?? ownAddress(address)) as string
}

function ownAddress(address: string): string {
  const { origin, href } = new URL(address, location.href)
  if (origin !== location.origin) throw new TypeError('scripts come from our own origin only')
  return href
}
