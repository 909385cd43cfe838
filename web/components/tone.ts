/** How serious a thing is. `good` is kept for signatures that hold in every respect. */
export type Tone = 'good' | 'warn' | 'bad' | 'calm'
