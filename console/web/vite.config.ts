import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Builds console/dist: one page, one script, one style sheet, names with a digest. Called by scripts/build-console.ts. */
export default defineConfig({
  root: fileURLToPath(new URL('./', import.meta.url)),
  base: '/',
  publicDir: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('../dist/', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // Nothing inline: the page's policy allows neither data: addresses nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: false,
    reportCompressedSize: false,
  },
});
