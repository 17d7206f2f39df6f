export { runDemonstration } from "./demonstration.ts"
