/** What the app gives to the mail frame: HTML as it came, and pictures of the message by content id. */
export type FramedMail = {
  readonly html: string
  /** Names the frame for screen readers. */
  readonly title: string
  readonly dark: boolean
  /** data: URLs. */
  readonly images: ReadonlyMap<string, string>
}

/** What the frame tells the app once the mail is shown. Words for people, made by whoever wrote the mail. */
export type FrameReport = {
  /** Images that would have been fetched from the network. */
  readonly blockedImages: number
  readonly links: readonly MailLink[]
}

/** Where a link really leads. `claims` is another host that its text pretends to lead to, or null. */
export type MailLink = { readonly host: string; readonly claims: string | null }
