import { defineConfig, devices } from '@playwright/test'

const LONGEST_TEST = 90_000 // ms; one that needs a fresh one-time code may wait half a minute for it

/** Postern in Debian's Chromium, on a phone and on a desk, against the real server. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/e2e',
  timeout: LONGEST_TEST,
  workers: 1, // each worker runs a server with a token of its own; two of them are bound by the processor
  forbidOnly: true,
  retries: 0,
  reporter: 'list',
  use: {
    locale: 'en-GB',
    timezoneId: 'UTC',
    actionTimeout: 15_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
        '--disable-sync',
      ],
    },
  },
  projects: [
    {
      name: 'phone',
      use: { ...devices['Pixel 5'], viewport: { width: 390, height: 844 }, deviceScaleFactor: 1 },
    },
    { name: 'desk', use: { viewport: { width: 1280, height: 800 } } },
  ],
})
