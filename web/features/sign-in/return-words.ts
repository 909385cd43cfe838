import { openIdRefusal, type OpenIdRefusal } from '#shared/contract/openid.ts'

const WORDS: Readonly<Record<OpenIdRefusal, string>> = {
  denied: 'You did not sign in there. Try again, or choose another way.',
  failed: 'The sign-in there did not hold. Please begin again.',
  late: 'That took too long, or it began in another browser. Please begin again.',
  unreachable: 'The place where you sign in does not answer. Try again in a moment.',
  unknown: 'Your account there is tied to nobody here. Ask your administrator.',
  'no-factor': 'You have no second factor that your company takes. Ask your administrator.',
}

/** Why a sign-in elsewhere opened nothing, once: the address forgets it. Null when there was none, or it went well. */
export function takeReturn(): string | null {
  const address = new URL(location.href)
  const why = address.searchParams.get('sign-in')
  if (why === null) return null
  address.searchParams.delete('sign-in')
  history.replaceState(null, '', address)
  const known = openIdRefusal.safeParse(why)
  return known.success ? WORDS[known.data] : null
}
