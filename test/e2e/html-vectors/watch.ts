import type { BrowserContext, Frame } from '@playwright/test'

/** What ran in the frames of a context: by which means, and in the frame of which message (`m7`). */
export type Run = { readonly means: string; readonly message: Promise<string> }

/** What vectors call to show that they ran. */
const MEANS = ['alert', 'confirm', 'prompt', 'print', 'document.write', 'console.log']

/** Hears every script that runs inside a mail and calls one of `MEANS`, in any frame and any window. */
export async function watchScripts(context: BrowserContext): Promise<Run[]> {
  const runs: Run[] = []
  await context.exposeBinding('ranBecause', ({ frame }, means: string) => {
    runs.push({ means, message: messageOf(frame) })
  })
  // Runs before any script of a document, and not at all where no script may run.
  await context.addInitScript((names: string[]) => {
    const { ranBecause } = globalThis as unknown as { ranBecause: (means: string) => void }
    for (const name of names) {
      const [method = '', object] = name.split('.').reverse()
      const owner = object === undefined ? globalThis : (Reflect.get(globalThis, object) as object)
      Object.defineProperty(owner, method, { value: () => ranBecause(name), configurable: true })
    }
  }, MEANS)
  return runs
}

async function messageOf(frame: Frame): Promise<string> {
  try {
    let outer = frame
    while (outer.parentFrame()?.parentFrame()) outer = outer.parentFrame()!
    const element = await outer.frameElement()
    return await element.evaluate((one) => one.parentElement?.id ?? '')
  } catch {
    return 'another window' // or a frame that is gone
  }
}
