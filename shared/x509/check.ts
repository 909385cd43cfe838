/** One thing that was looked at on the way to a verdict. `ok: null` means that it could not be decided. */
export type Check = { readonly name: string; readonly ok: boolean | null; readonly detail: string }
