const LETTERS = /^[\p{L}\p{M}\p{N}.-]+$/u // what a name of another script is made of

/** A domain as the DNS is asked for it: `bücher.example` as `xn--bcher-kva.example` (UTS #46), others as they are. */
export function asciiDomain(domain: string): string {
  if (/^[\0-\x7f]*$/.test(domain) || !LETTERS.test(domain)) return domain
  const address = `https://${domain}/`
  return URL.canParse(address) ? new URL(address).hostname : domain
}
