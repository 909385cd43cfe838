export const USAGE = `postern: look after users, keys and the audit; works while the server runs

  postern user list                 who is there
  postern key list [username]       keys, of everybody or of one user
  postern key switch-off <key>      refuse every operation with a key, at once and everywhere
  postern key switch-on <key>       allow them again
  postern audit verify              recompute the audit's chains; exit 1 names the first bad entry

The data folder is .postern where you are, or what POSTERN_DATA names.
`
