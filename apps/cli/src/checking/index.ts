export { checkingErrors } from "./errors.ts"
export { judgeRows, readLabelled, type LabelledRows } from "./rows.ts"
export { openCheckStore } from "./state.ts"
