export { readKnownRows, readLadder, readVerdict } from "./read.ts"
