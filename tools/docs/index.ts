export { readMarkdown } from "./markdown.ts"
export { problemsOf, twinProblems, type Project } from "./problems.ts"
