import type { Cell } from './cells.ts'

const FIELDS = ['act', 'transport', 'mode', 'encoding', 'scheme'] as const

/** Cells that a peer cannot do, by those of their fields that matter, and the reason. */
export type Absence = Readonly<Partial<Record<(typeof FIELDS)[number], readonly string[]>>> & {
  readonly because: string
}

const OAEP = ['rsa-oaep-sha1', 'rsa-oaep-sha256']
const ELLIPTIC = ['p256', 'p384', 'p521', 'x25519']

const OURS: readonly Absence[] = [
  {
    act: ['verifies'],
    scheme: ['pss', 'ed25519'],
    because: 'Postern signs by PKCS#1 v1.5 with RSA keys, else by ECDSA: what every reader knows',
  },
]

/** Seen with OpenSSL 3.0.19, GnuPG 2.2.40 and NSS 3.87.1. A newer one that can do more must then do it right. */
export const ABSENCES = {
  'openssl cms': [
    ...OURS,
    { transport: ['x25519'], because: 'OpenSSL 3.0 does not have RFC 8418' },
    { act: ['signs'], scheme: ['ed25519'], because: 'OpenSSL 3.0 does not have RFC 8419' },
  ],
  gpgsm: [
    ...OURS,
    { transport: OAEP, because: 'GnuPG 2.2 has PKCS#1 v1.5 alone for RSA keys' },
    { transport: ELLIPTIC, because: 'GnuPG 2.2 agrees on no keys: that came with 2.3' },
    { mode: ['gcm'], because: 'GnuPG 2.2 takes the parameters of GCM for an IV, and writes none' },
    { act: ['encrypts'], encoding: ['der'], because: 'libksba writes indefinite lengths' },
    { act: ['signs'], scheme: ['pss'], because: 'GnuPG checks PSS, but has no option to write it' },
    { act: ['signs'], scheme: ['ed25519'], because: 'GnuPG 2.2 signs CMS by RSA and ECDSA' },
  ],
  'NSS cmsutil': [
    ...OURS,
    { transport: OAEP, because: 'NSS 3.87 has PKCS#1 v1.5 alone for RSA keys' },
    { transport: ELLIPTIC, because: 'NSS 3.87 agrees on no keys in CMS' },
    { mode: ['gcm'], because: 'NSS has no AuthEnvelopedData' },
    { act: ['encrypts'], encoding: ['der'], because: 'NSS writes indefinite lengths' },
    { act: ['signs'], scheme: ['pss'], because: 'cmsutil has no option for it' },
    { act: ['signs'], scheme: ['ed25519'], because: 'NSS 3.87 does not have Ed25519' },
  ],
} as const satisfies Record<string, readonly Absence[]>

/** Why the peer cannot do it; null where it can. */
export function whyAbsent(peer: keyof typeof ABSENCES, cell: Cell): string | null {
  const absences: readonly Absence[] = ABSENCES[peer]
  return absences.find((absence) => covers(absence, cell))?.because ?? null
}

function covers(absence: Absence, cell: Cell): boolean {
  const values = new Map<string, string>(Object.entries(cell))
  return FIELDS.every((field) => absence[field]?.includes(values.get(field) ?? '') ?? true)
}
