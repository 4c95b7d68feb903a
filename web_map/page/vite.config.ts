import { defineConfig } from 'vitest/config'

// Everything is served by the app itself, under a strict Content-Security-Policy: no inline script,
// no inline style, no data: script, no outside address.
export default defineConfig({
  base: '/',
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  worker: { format: 'es' },
  server: { proxy: { '/v1': 'http://127.0.0.1:8000', '/healthz': 'http://127.0.0.1:8000' } },
  test: { include: ['src/**/*.test.{ts,tsx}'] },
})
