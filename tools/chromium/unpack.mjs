// Unpacks the browser of the npm package into a folder: `node unpack.mjs FOLDER`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'

const [, , folder] = process.argv
const packed = new URL('node_modules/@sparticuz/chromium/bin/', import.meta.url)

mkdirSync(folder, { recursive: true })
for (const name of ['chromium', 'al2023.tar', 'fonts.tar', 'swiftshader.tar']) {
  writeFileSync(`${folder}/${name}`, brotliDecompressSync(readFileSync(new URL(`${name}.br`, packed))))
}
