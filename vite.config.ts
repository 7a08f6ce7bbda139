import { defineConfig } from 'vite';

/** Builds the page, web/client -> web/client/dist. The server fills in a nonce where this word stands (web/server/app.ts). */
export default defineConfig({
  root: 'web/client',
  publicDir: false,
  html: { cspNonce: '__CSP_NONCE__' },
  // Data URLs would need a hole in the Content-Security-Policy.
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
  },
});
