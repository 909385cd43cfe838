const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const

const SYSTEMS = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'Mac'],
  ['Linux', 'Linux'],
] as const

/** What this device is called in the user's list of sessions, such as “Firefox on Android”. */
export function deviceName(userAgent: string): string {
  const found = (list: readonly (readonly [string, string])[], otherwise: string) =>
    list.find(([mark]) => userAgent.includes(mark))?.[1] ?? otherwise
  return `${found(BROWSERS, 'Browser')} on ${found(SYSTEMS, 'a device')}`
}
