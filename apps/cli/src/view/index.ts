export { compileReporter } from "./compile-progress.ts"
export { printLadder, type LadderView } from "./ladder.ts"
export { skipReasonText } from "./skip-reason.ts"
