export { chooseRows } from "./rows.ts"
export { printExplained, type ExplainedRow } from "./view.ts"
