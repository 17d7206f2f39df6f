export { findBreaches, type Breach } from "./breaches.ts"
export { importsOf } from "./imports.ts"
