import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The sandboxed mail frame loads its script without CORS, so its name cannot carry a hash. */
const FRAME_SCRIPT = 'message-frame'

export default defineConfig({
  root: at('web'),
  publicDir: at('web/public'),
  build: {
    outDir: at('dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the page's policy allows no data: scripts, styles or fonts
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { app: at('web/index.html'), [FRAME_SCRIPT]: at('web/frame/message-frame.ts') },
      output: {
        entryFileNames: (chunk) =>
          chunk.name === FRAME_SCRIPT ? '[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
  worker: { format: 'es' },
  plugins: [
    svelte(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: '.',
      filename: 'service-worker.ts',
      injectRegister: false,
      injectManifest: { globPatterns: ['**/*.{js,css,html,svg,png,webmanifest}'] },
      manifest: {
        id: '/',
        name: 'Postern',
        short_name: 'Postern',
        description: "Reads and signs S/MIME mail, with keys that stay in the company's HSM",
        start_url: '/',
        scope: '/',
        display: 'standalone',
        background_color: '#f5f3ef',
        theme_color: '#223a5e',
        categories: ['business', 'productivity', 'security'],
        icons: [
          { src: '/icons/postern-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icons/postern-512.png', sizes: '512x512', type: 'image/png' },
          {
            src: '/icons/postern-maskable-512.png',
            sizes: '512x512',
            type: 'image/png',
            purpose: 'maskable',
          },
        ],
      },
    }),
  ],
})
