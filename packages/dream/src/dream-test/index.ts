/** The author's own tests of a dream: stories that must play out, and how characters must answer. */
export { testJsonSchema } from "./document.ts"
export type {
  DreamTest, Expectation, PersonaTest, StoryTest, TestCoverage, TestFailure, TestReport, TestResult, TestStep,
} from "./model.ts"
export { readDreamTests } from "./read-tests.ts"
export type { ReadTests } from "./read-tests.ts"
export { runDreamTests } from "./run.ts"
export type { RunTestsOptions } from "./run.ts"
