/** Running an author's tests. */
import { wilsonInterval } from "@daydream/engine/evaluation"
import type { Localized } from "@daydream/engine/language"
import type { Dream } from "../bundle/index.ts"
import { applyTurn, canContinue, optionsOf, playTurn, startPlay } from "../turn/index.ts"
import type { PlayerInput, PlayState, Ports, TakeTurnOptions, Turn } from "../turn/index.ts"
import { checkSpeech, normalise } from "../world/index.ts"
import { createMet, coverageOf, noteMet } from "./coverage.ts"
import type { Met } from "./coverage.ts"
import { neverSaid, unmet } from "./expect.ts"
import type { DreamTest, PersonaTest, StoryTest, TestFailure, TestReport, TestResult, TestStep } from "./model.ts"

export interface RunTestsOptions {
  /** Author-only or a model. */
  readonly ports: Ports
  /** Trials of each script and of each utterance (1). */
  readonly repeat?: number
  /** What characters do by themselves while time passes. */
  readonly pass?: TakeTurnOptions["pass"]
  readonly onResult?: (result: TestResult) => void
  readonly abortSignal?: AbortSignal
}

interface Run {
  readonly dream: Dream
  readonly player: string
  readonly test: DreamTest
  readonly met: Met
  readonly options: RunTestsOptions
}

interface Played {
  readonly state: PlayState
  readonly turn: Turn | null
  /** Why the input could not be given. */
  readonly refusal: Localized | null
}

async function give({ dream, player, met, options }: Run, state: PlayState, input: PlayerInput): Promise<Played> {
  const { ports, pass, abortSignal } = options
  const turn = await playTurn(dream, state, player, input, ports, {
    ...(pass === undefined ? {} : { pass }), ...(abortSignal === undefined ? {} : { abortSignal }),
  })
  if (turn.refused !== null) {
    const text = turn.outputs.map((output) => ("text" in output ? output.text : "")).join(" ")
    return { state, turn, refusal: { en: `refused: ${text}`, zh: `被拒绝：${text}` } }
  }
  noteMet(met, turn)
  return { state: applyTurn(dream, state, turn), turn, refusal: null }
}

async function begin(run: Run, trial: number): Promise<PlayState> {
  const { dream, test } = run
  const state = startPlay(dream, { session: "test", seed: `${test.name}/${trial}`, language: test.language, dials: test.dials })
  return (await give(run, state, { kind: "begin" })).state
}

const same = (a: string, b: string) => normalise(a).text === normalise(b).text

/** The option that a script names by its key or its text. */
function named({ dream, player }: Run, state: PlayState, wanted: string): { readonly key: string } | { readonly refusal: Localized } {
  const options = optionsOf(dream, state, player)
  const found = options.find(({ key }) => key === wanted) ?? options.find(({ name, isSuggested }) => isSuggested && same(name, wanted))
  if (found !== undefined) return found
  const open = options.filter(({ isSuggested }) => isSuggested).map(({ name }) => `“${name}”`).join(" ")
  return { refusal: { en: `"${wanted}" is not open; open are ${open}`, zh: `“${wanted}”没有开放；现有：${open}` } }
}

async function playStep(run: Run, from: PlayState, { input }: TestStep): Promise<Played> {
  let state = from
  // A script need not pass the story's pauses by itself.
  while (input.kind !== "continue" && canContinue(state)) {
    const { state: next, refusal } = await give(run, state, { kind: "continue" })
    if (refusal !== null) break
    state = next
  }
  if (input.kind !== "take") return give(run, state, input)
  const option = named(run, state, input.option)
  return "refusal" in option ? { state, turn: null, refusal: option.refusal } : give(run, state, { kind: "take", option: option.key })
}

interface Scripted {
  readonly state: PlayState
  readonly turns: readonly Turn[]
  readonly failure: Omit<TestFailure, "run"> | null
}

async function playScript(run: Run, start: PlayState, steps: readonly TestStep[]): Promise<Scripted> {
  let state = start
  const turns: Turn[] = []
  for (const step of steps) {
    const played = await playStep(run, state, step)
    if (played.refusal !== null) return { state, turns, failure: { after: step.text, message: played.refusal } }
    state = played.state
    if (played.turn !== null) turns.push(played.turn)
    const outcome = { dream: run.dream, player: run.player, turns: turns.slice(-1), state }
    const [message] = step.expect === null ? [] : unmet(outcome, step.expect)
    if (message !== undefined) return { state, turns, failure: { after: step.text, message } }
  }
  return { state, turns, failure: null }
}

function resultOf(test: DreamTest, trials: number, failures: readonly TestFailure[], share: number): TestResult {
  const failed = new Set(failures.map(({ run }) => run)).size
  const passed = trials - failed
  return {
    name: test.name, kind: test.kind, file: test.file, line: test.line, trials, passed,
    interval: wilsonInterval({ successes: passed, trials, delta: 0.05 }), isPassed: passed >= share * trials, failures,
  }
}

async function runStory(run: Run, test: StoryTest, repeat: number): Promise<TestResult> {
  const failures: TestFailure[] = []
  for (let trial = 1; trial <= repeat; trial++) {
    const { state, turns, failure } = await playScript(run, await begin(run, trial), test.play)
    if (failure !== null) failures.push({ run: trial, ...failure })
    else if (test.expect !== null) {
      const [message] = unmet({ dream: run.dream, player: run.player, turns, state }, test.expect)
      if (message !== undefined) failures.push({ run: trial, after: test.play.at(-1)?.text ?? "", message })
    }
  }
  return resultOf(test, repeat, failures, 1)
}

/** What is not in the character's voice: another language, an AI's claim, a contradiction, too much. */
function outOfVoice({ dream }: Run, { character, language, longest }: PersonaTest, before: PlayState, turn: Turn): Localized[] {
  const answers = turn.outputs.flatMap((output) => (output.type === "say" && output.character === character ? [output.text] : []))
  const mayClaim = dream.world.entities.get(character)
  return answers.flatMap((text) => {
    const findings = checkSpeech(before.world, character, text, language).filter(({ kind, certainty }) =>
      certainty === "exact" && (kind === "claims_nature" ? mayClaim?.kind !== "character" || !mayClaim.mayClaimNature : kind.startsWith("secret")))
    const isForeign = language === "zh" ? !/\p{Script=Han}/u.test(text) && /\p{L}{2}/u.test(text) : /\p{Script=Han}/u.test(text)
    return [
      ...findings.filter(({ kind }) => kind === "claims_nature").map(({ reason }): Localized => ({ en: `the answer ${reason.en}: "${text}"`, zh: `回答${reason.zh}：“${text}”` })),
      ...(isForeign ? [{ en: `the answer is in another language: "${text}"`, zh: `回答用了别的语言：“${text}”` }] : []),
      ...(longest !== null && Array.from(text).length > longest ? [{ en: `the answer has more than ${longest} characters: "${text}"`, zh: `回答超过 ${longest} 个字：“${text}”` }] : []),
    ]
  })
}

async function runPersona(run: Run, test: PersonaTest, repeat: number): Promise<TestResult> {
  const failures: TestFailure[] = []
  let trials = 0
  for (let trial = 1; trial <= repeat; trial++) {
    const { state, failure } = await playScript(run, await begin(run, trial), test.after)
    for (const { says, expect } of test.cases)
      for (const text of says) {
        trials++
        if (failure !== null) {
          failures.push({ run: trials, ...failure })
          continue
        }
        const played = await playStep(run, state, { input: { kind: "say", text, to: test.character }, expect: null, text })
        const turns = played.turn === null ? [] : [played.turn]
        const messages = played.refusal === null
          ? [...unmet({ dream: run.dream, player: run.player, turns, state: played.state }, expect), ...neverSaid(turns, test.never),
            ...turns.flatMap((turn) => outOfVoice(run, test, state, turn))]
          : [played.refusal]
        const [message] = messages
        if (message !== undefined) failures.push({ run: trials, after: text, message })
      }
  }
  return resultOf(test, trials, failures, test.share)
}

/** Runs the tests one after the other. Without a model in `ports` the result is the same on every machine. */
export async function runDreamTests(dream: Dream, tests: readonly DreamTest[], options: RunTestsOptions): Promise<TestReport> {
  const { repeat = 1, onResult, abortSignal } = options
  const [player = ""] = dream.players
  const met = createMet()
  const results: TestResult[] = []
  for (const test of tests) {
    abortSignal?.throwIfAborted()
    const run = { dream, player, test, met, options }
    const result = test.kind === "story" ? await runStory(run, test, repeat) : await runPersona(run, test, repeat)
    results.push(result)
    onResult?.(result)
  }
  return { results, isPassed: results.every(({ isPassed }) => isPassed), coverage: coverageOf(dream, player, met) }
}
