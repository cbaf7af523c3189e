import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const SERVER = 'http://127.0.0.1:8600'

export default defineConfig({
  base: '/app/',
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  build: {
    outDir: '../src/tessella/http/.app_pages-new',
    emptyOutDir: true,
    assetsInlineLimit: 0,
  },
  // `npx vite` serves the pages while they are worked on, in front of `make demo`.
  server: { proxy: { '/api': SERVER, '/personalization': SERVER, '/admin': SERVER, '/health': SERVER, '/metrics': SERVER } },
})
