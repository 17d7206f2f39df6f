/** An author's tests, and what came of them. */
import type { Language, Localized } from "@daydream/engine/language"
import type { PlayerInput } from "../turn/index.ts"
import type { Condition } from "../world/index.ts"

/** What must be so after an input, or at the end. */
export interface Expectation {
  readonly says: readonly string[]
  readonly never: readonly string[]
  /** An option's key, or what is chosen beside the options; null: not asked. */
  readonly route: string | null
  readonly open: readonly string[]
  readonly closed: readonly string[]
  readonly so: Condition | null
  /** `none`: the dream goes on; null: not asked. */
  readonly ending: string | null
}

/** An input of a script. `take` names a suggestion by its text or key, which is looked up as it is played. */
export interface TestStep {
  readonly input: PlayerInput
  readonly expect: Expectation | null
  /** As the author wrote it, for messages. */
  readonly text: string
}

interface TestBase {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly language: Language
  readonly dials: Readonly<Record<string, string>>
}

export interface StoryTest extends TestBase {
  readonly kind: "story"
  readonly play: readonly TestStep[]
  readonly expect: Expectation | null
}

export interface PersonaTest extends TestBase {
  readonly kind: "persona"
  readonly character: string
  readonly after: readonly TestStep[]
  readonly cases: readonly { readonly says: readonly string[]; readonly expect: Expectation }[]
  readonly never: readonly string[]
  readonly longest: number | null
  readonly share: number
}

export type DreamTest = StoryTest | PersonaTest

/** Why a trial failed. */
export interface TestFailure {
  /** Counted from 1. */
  readonly run: number
  /** The input after which it failed. */
  readonly after: string
  readonly message: Localized
}

export interface TestResult {
  readonly name: string
  readonly kind: DreamTest["kind"]
  readonly file: string
  readonly line: number
  readonly trials: number
  readonly passed: number
  /** Wilson's 95 % interval of the pass rate; for display. */
  readonly interval: { readonly low: number; readonly high: number }
  readonly isPassed: boolean
  readonly failures: readonly TestFailure[]
}

/** Met of what there is, with what was left out. */
export interface TestCoverage {
  readonly met: number
  readonly of: number
  readonly missing: readonly string[]
}

export interface TestReport {
  readonly results: readonly TestResult[]
  readonly isPassed: boolean
  readonly coverage: Readonly<Record<"lines" | "storyLines" | "topics" | "moves" | "scenes" | "endings", TestCoverage>>
}
