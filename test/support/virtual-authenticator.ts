import type { Page } from '@playwright/test'

/** Gives the page's Chromium a device that makes passkeys and verifies its user, without anybody touching it. */
export async function addVirtualAuthenticator(page: Page): Promise<{
  /** Whether the user touches it and is who they are. */
  readonly setUser: (isThere: boolean) => Promise<void>
}> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  const setUser = async (isUserVerified: boolean) => {
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
  }
  return { setUser }
}
