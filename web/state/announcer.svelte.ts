const SHOWN_MS = 5_000

export type Announcement = { readonly text: string; readonly tone: 'calm' | 'bad' }

/** One short message at the foot of the page, spoken by screen readers too. */
class Announcer {
  current = $state.raw<Announcement | null>(null)
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Something was done. */
  say(text: string): void {
    this.#show({ text, tone: 'calm' })
  }

  /** Something was not done. */
  warn(text: string): void {
    this.#show({ text, tone: 'bad' })
  }

  dismiss(): void {
    clearTimeout(this.#timer)
    this.current = null
  }

  #show(announcement: Announcement): void {
    this.dismiss()
    this.current = announcement
    this.#timer = setTimeout(() => {
      this.current = null
    }, SHOWN_MS)
  }
}

export const announcer = new Announcer()
