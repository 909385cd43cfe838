import { mount, unmount } from 'svelte'
import HtmlFrame from '#web/features/message/HtmlFrame.svelte'

// Runs in Chromium: shows mail HTML as the app does, many messages at once.

let shown: ReturnType<typeof mount>[] = []

/** What the test calls. */
const harness = {
  /** Resolves when the frame of each message has said that it is shown. */
  async show(messages: readonly string[]): Promise<void> {
    await Promise.all(messages.map(show))
  },
  async clear(): Promise<void> {
    await Promise.all(shown.map((one) => unmount(one)))
    shown = []
    document.body.replaceChildren()
  },
}

function show(html: string, index: number): Promise<void> {
  const target = document.createElement('div')
  target.id = `m${index}`
  document.body.append(target)
  return new Promise((resolve) => {
    const onshown = () => resolve()
    const onsilent = () => undefined // a slow machine: it still comes
    const props = { mail: { html, images: new Map<string, string>() }, onshown, onsilent }
    shown.push(mount(HtmlFrame, { target, props }))
  })
}

Object.assign(globalThis, { harness })
