// Fails when the built page outgrows what a slow government line carries in a few seconds.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const LIMIT_KB = 600
const dist = fileURLToPath(new URL('dist', import.meta.url))
if (!existsSync(dist)) {
  console.error('dist is missing: run `npm run build` first')
  process.exit(1)
}
let total = 0
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || entry.name.startsWith('.') || entry.name.endsWith('.map')) continue
  const path = join(entry.parentPath, entry.name)
  const kb = gzipSync(readFileSync(path), { level: 9 }).length / 1024
  total += kb
  console.log(`${kb.toFixed(1).padStart(7)} KB  ${entry.name}`)
}
console.log(`${total.toFixed(1).padStart(7)} KB  gzipped, of ${LIMIT_KB}`)
if (total > LIMIT_KB) {
  console.error(`the page is ${(total - LIMIT_KB).toFixed(1)} KB too big`)
  process.exit(1)
}
