/** Says how far it is, beside the figures: on standard error. */
export type Say = (text: string) => void

export const say: Say = (text) => void process.stderr.write(`${text}\n`)
