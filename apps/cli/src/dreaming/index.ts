/** What an author does with dreams on the command line. */
export { dreamingErrors } from "./errors.ts"
export { libraryOf, openDream } from "./open.ts"
export type { OpenedDream } from "./open.ts"
export { checkDocument, dreamDocument, printCoverage, printPlay, printProblems, printResult, printVerdict, testDocument } from "./report.ts"
export { scaffoldDream } from "./scaffold.ts"
