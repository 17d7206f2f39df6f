/** What an author does with dreams on the command line. */
export { dreamingErrors } from "./errors.ts"
export { openDream } from "./open.ts"
export { checkDocument, printCoverage, printPlay, printProblems, printResult, printVerdict, testDocument } from "./report.ts"
export { scaffoldDream } from "./scaffold.ts"
