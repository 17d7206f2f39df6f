/** Sample tables: `listSamples`, `pullSample`. */
export { sampleErrors } from "./errors.ts"
export { parseMail } from "./mail.ts"
export type { Mail } from "./mail.ts"
export { listSamples, pullSample } from "./sample.ts"
export type { PullSampleOptions, Sample } from "./sample.ts"
export { readSpamAssassin } from "./spam-assassin.ts"
