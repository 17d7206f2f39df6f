export { checkingErrors } from "./errors.ts"
export { judgeRows, readLabelled } from "./rows.ts"
export { openCheckStore } from "./state.ts"
