/** The common name within a distinguished name's text (RFC 4514), or the whole text where there is none. */
export function commonName(name: string): string {
  return /(?:^|[,+])\s*CN=([^,+]+)/.exec(name)?.[1] ?? name
}
