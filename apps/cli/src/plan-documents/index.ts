export { readLadder, readVerdict } from "./read.ts"
