export { findBreaches } from "./breaches.ts"
export { importsOf } from "./imports.ts"
