/** `npm run check:arrows`: fails where an import goes against the layers of ARCHITECTURE.md. */
import { resolve } from "node:path"
import { findBreaches } from "./arrows/index.ts"

const root = resolve(process.argv[2] ?? ".")
const breaches = findBreaches(root)
for (const { file, specifier, reason } of breaches) console.error(`${file}: imports "${specifier}": ${reason}`)
if (breaches.length > 0) process.exitCode = 1
else console.log("Arrows: every import goes the right way.")
