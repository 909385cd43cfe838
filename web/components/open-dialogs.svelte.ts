import { createContext, type Snippet, untrack } from 'svelte'

/** What is shown above a dialog: everything outside of it is dead while it is open. */
export const [aboveDialogs, setAboveDialogs] = createContext<Snippet>()

type Close = () => void

/** The dialogs that are open, from the bottom up. */
class OpenDialogs {
  #closers = $state.raw<readonly Close[]>([])

  readonly any = $derived(this.#closers.length > 0)

  /** Notes a dialog, and how to close it. Answers how to take that back. */
  add(close: Close): () => void {
    const without = () => untrack(() => this.#closers.filter((one) => one !== close))
    this.#closers = [...without(), close]
    return () => {
      this.#closers = without()
    }
  }

  isTop(close: Close): boolean {
    return this.#closers.at(-1) === close
  }

  closeAll(): void {
    for (const close of untrack(() => this.#closers)) close()
  }
}

export const openDialogs = new OpenDialogs()
