export { compileReporter } from "./compile-progress.ts"
export { metricTitles, printLadder, type LadderView } from "./ladder.ts"
export { skipReasonText } from "./skip-reason.ts"
