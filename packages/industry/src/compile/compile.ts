/** The main job: from labelled rows to the cheapest plan that meets the target, certified. */
import { describeError } from "@daydream/engine/errors"
import { groupHash, type SplitFacts } from "@daydream/engine/evaluation"
import type { Example, Variant } from "@daydream/engine/function"
import { buildVariant, proposeThresholds, type Candidate } from "../cascade/index.ts"
import { attemptShare, type Certificate, type Refusal } from "../certificate/index.ts"
import { allRungs, embedRowsWith } from "../plan/index.ts"
import type { Resources, Task } from "../rung/index.ts"
import { chooseRows } from "./choose-rows.ts"
import { climbRung, type FittedRung } from "./climb.ts"
import { compileErrors } from "./errors.ts"
import { ladderOf } from "./ladder-of.ts"
import type { LadderEntry } from "./ladder.ts"
import type { CompileOptions, SkipReason } from "./options.ts"
import { splitParts } from "./parts.ts"
import { specHash } from "./spec-hash.ts"
import { answersAll, certifyStage, type StageResult } from "./stage.ts"
import { findStrangers, type Strangers, type StrangersOptions } from "./strangers.ts"
import { suggest, type Suggestions } from "./suggest.ts"
import { teachingRows } from "./unlabelled.ts"

/** What came out of a compilation. */
export interface Compilation {
  readonly name: string
  readonly task: Task
  /** The chosen way of running the function; without a certificate, the best that was found. */
  readonly variant: Variant
  readonly candidate: Candidate
  /** Absent only where no row was labelled. */
  readonly verdict?: Certificate | Refusal
  readonly ladder: readonly LadderEntry[]
  readonly split?: SplitFacts
  /** References of the models that running needs. */
  readonly models: { readonly embedder?: string; readonly languageModel?: string }
  readonly suggestions?: Suggestions
  /** Group hashes of the rows that it was fitted and chosen with, sorted. */
  readonly knownRows: readonly string[]
  /** Milliseconds from begin to end. */
  readonly milliseconds: number
}

// Climbing stops where a plan that answers every row will more likely than not be certified. Where it is not, the climb
// goes on and the rows get a second look: dearer in labels, but rare, while every rung climbed in vain costs everybody.
const surePower = 0.6

/**
 * Compiles `task` from `examples`. Throws `nothing_to_learn_from`, `no_rung_left`, and whatever a rung without models
 * throws; a model that fails only takes its rungs off the ladder.
 */
export async function compileTask(name: string, task: Task, examples: readonly Example[], options: CompileOptions): Promise<Compilation> {
  checkOptions(options)
  const started = options.now()
  const resources = resourcesOf(options)
  if (examples.length === 0) return compileWithoutLabels(name, task, resources, options)
  const split = splitParts(task, examples, options)
  const { facts } = split
  options.onEvent?.({
    type: "split-done",
    fit: facts.fitRows,
    choose: facts.chooseRows,
    certify: facts.certifyRows,
    setAside: facts.duplicatesSetAside.choose + facts.duplicatesSetAside.certify,
  })
  const unlabelled = teachingRows(task, split, options)
  const climb = createClimb(task, split, unlabelled.length === 0 ? resources : { ...resources, unlabelled }, options)
  const judges = { choose: split.choose, certify: split.certify, facts }
  const hash = specHash(task, examples, options, unlabelled)
  let strangers: Strangers | undefined
  let result: StageResult | undefined
  for (;;) {
    await climb.on()
    if (climb.fitted.length === 0) throw noRungLeft(climb.skipped)
    if (options.other && strangers === undefined) strangers = await findStrangers(task, split, strangersOptions(task, resources, options))
    const next = await certifyStage({ task, judges, fitted: climb.fitted, strangers, ledger: options.ledger, specHash: hash, options })
    result = better(result, next)
    const { verdict } = result
    // Where chance was against a plan that looked sure, the next rungs get a second, dearer look at the certify rows.
    if ((verdict.kind === "certificate" && answersAll(verdict.candidate)) || climb.isDone()) break
  }
  const candidate = chosenCandidate(result)
  const variants = Object.fromEntries(climb.fitted.map((one) => [one.rung.name, one.variant]))
  const built = buildVariant(candidate, { variants, classes: task.signature.output.classes })
  const suggestions = await adviceFor(task, split.fit, climb.fitted, result, resources, options)
  return {
    name,
    task,
    variant: strangers?.wrap(built) ?? built,
    candidate,
    verdict: result.verdict,
    ladder: ladderOf(result, climb.fitted, climb.skipped, split.choose, options),
    split: facts,
    knownRows: [...new Set([...split.fit, ...split.choose].map(({ input }) => groupHash(input, task.signature)))].toSorted(),
    models: modelsOf(candidate, climb.fitted, options, strangers?.usesEmbedder === true),
    ...(suggestions === undefined ? {} : { suggestions }),
    milliseconds: options.now() - started,
  }
}

function checkOptions(options: CompileOptions) {
  if (!(options.target > 0 && options.target < 1)) throw compileErrors.target_out_of_range({ target: options.target })
  const known = allRungs.map((rung) => rung.name)
  const unknown = options.rungs?.find((name) => !known.includes(name))
  if (unknown !== undefined) throw compileErrors.no_such_rung({ given: unknown, known })
}

function resourcesOf({ prices, budget, seed, abortSignal, embedder, languageModel }: CompileOptions): Resources {
  return {
    prices,
    budget,
    seed,
    ...(abortSignal === undefined ? {} : { abortSignal }),
    ...(embedder === undefined ? {} : { embedder: () => embedder.open() }),
    ...(languageModel === undefined ? {} : { languageModel: () => languageModel.open() }),
  }
}

function strangersOptions(task: Task, resources: Resources, { abortSignal, now, onEvent }: CompileOptions): StrangersOptions {
  onEvent?.({ type: "other-started" })
  return {
    embed: resources.embedder && embedRowsWith(task, resources),
    prices: resources.prices,
    now,
    ...(abortSignal === undefined ? {} : { abortSignal }),
    onFailure: (error) => onEvent?.({ type: "other-without-embedder", message: describeError(error, "en").message }),
  }
}

/** The ladder while it is climbed. */
function createClimb(task: Task, split: { readonly fit: readonly Example[]; readonly choose: readonly Example[]; readonly certify: readonly Example[] }, resources: Resources, options: CompileOptions) {
  const fitted: FittedRung[] = []
  const skipped = new Map<string, SkipReason>()
  const waiting = [...allRungs]
  const started = options.now()
  const isPromising = () => {
    const goal = { metric: options.metric, target: options.target, delta: options.delta * attemptShare(1), certifyRows: split.certify.length }
    const measured = chooseRows(fitted, split.choose, task, options.prices)
    const rungs = fitted.map((one) => one.rung.name)
    return proposeThresholds({ ...goal, measured, rungs, allowReview: false }).some((proposal) => proposal.power >= surePower)
  }
  const step = async () => {
    const rung = waiting.shift()
    if (rung === undefined) return
    const isLate = options.now() - started > options.seconds * 1000 && fitted.length > 0
    const found: FittedRung | SkipReason = isLate ? { kind: "time" } : await climbRung(rung, task, split, bestOf(fitted), resources, options)
    if ("kind" in found) {
      skipped.set(rung.name, found)
      options.onEvent?.({ type: "rung-skipped", rung: rung.name, reason: found })
    } else {
      fitted.push(found)
      options.onEvent?.({ type: "rung-measured", measurement: found.measurement })
    }
  }
  return {
    fitted,
    get skipped(): ReadonlyMap<string, SkipReason> {
      return new Map<string, SkipReason>([...skipped, ...waiting.map((rung) => [rung.name, { kind: "not-needed" }] as const)])
    },
    isDone: () => waiting.length === 0,
    /** Climbs at least one rung, and on until the target is in sight. */
    on: async () => {
      do await step()
      while (waiting.length > 0 && (options.all || !isPromising()))
    },
  }
}

const bestOf = (fitted: readonly FittedRung[]): FittedRung | undefined =>
  fitted.toSorted((a, b) => b.measurement.accuracy.value - a.measurement.accuracy.value)[0]

const noRungLeft = (skipped: ReadonlyMap<string, SkipReason>) =>
  compileErrors.no_rung_left({ reasons: [...skipped].map(([name, reason]) => `${name}: ${reason.kind}`).join(", ") })

/** A certificate beats a refusal, a full one an abstaining one; otherwise the later look knows more. */
function better(before: StageResult | undefined, after: StageResult): StageResult {
  const worth = ({ verdict }: StageResult) => (verdict.kind === "refusal" ? 0 : answersAll(verdict.candidate) ? 2 : 1)
  return before !== undefined && worth(before) > worth(after) ? before : after
}

/** What the verdict is about; after a refusal the candidate with the best quality on choose that answers every row. */
function chosenCandidate({ verdict, proposals }: StageResult): Candidate {
  if (verdict.kind === "certificate") return verdict.candidate
  const full = proposals.filter(({ candidate }) => answersAll(candidate))
  const quality = ({ score }: (typeof proposals)[number]) => (score.trials === 0 ? 0 : score.successes / score.trials)
  const best = full.toSorted((a, b) => quality(b) - quality(a) || Number(a.score.cost - b.score.cost))[0]
  return (best as (typeof proposals)[number]).candidate
}

function modelsOf(candidate: Candidate, fitted: readonly FittedRung[], options: CompileOptions, isOtherByEmbedder: boolean) {
  const used = fitted.filter((one) => candidate.rungs.includes(one.rung.name))
  const needs = new Set(used.flatMap(({ rung }) => [...rung.needs, ...(rung.mayUse ?? [])]))
  if (isOtherByEmbedder) needs.add("embedder")
  const { embedder, languageModel } = options
  return {
    ...(needs.has("embedder") && embedder !== undefined ? { embedder: embedder.reference } : {}),
    ...(needs.has("language-model") && languageModel !== undefined ? { languageModel: languageModel.reference } : {}),
  }
}

async function adviceFor(
  task: Task,
  fit: readonly Example[],
  fitted: readonly FittedRung[],
  { verdict }: StageResult,
  resources: Resources,
  options: CompileOptions,
): Promise<Suggestions | undefined> {
  const isWanted =
    options.suggest === "always" ||
    (options.suggest === "when-refused" && !(verdict.kind === "certificate" && answersAll(verdict.candidate)))
  const best = bestOf(fitted.filter((one) => !one.rung.needs.includes("language-model")))
  if (!isWanted || best === undefined) return undefined
  return suggest({ task, fit, best, resources, options, labelsMissing: verdict.kind === "refusal" ? verdict.labelsMissing : null })
}

/** No label at all: only a language model that needs no example can answer, and nothing can be measured. */
async function compileWithoutLabels(name: string, task: Task, resources: Resources, options: CompileOptions): Promise<Compilation> {
  const started = options.now()
  const rung = allRungs.find((one) => one.minimumExamples === 0 && one.needs.includes("language-model"))
  if (rung === undefined || options.languageModel === undefined) throw compileErrors.nothing_to_learn_from({ rows: 0 })
  const variant = await rung.fit(task, [], resources)
  const candidate: Candidate = { name: rung.name, kind: "rung", rungs: [rung.name] }
  return {
    name,
    task,
    variant,
    candidate,
    ladder: [{ name: rung.name, candidate, certification: "untested", isChosen: true }],
    models: { languageModel: options.languageModel.reference },
    knownRows: [],
    milliseconds: options.now() - started,
  }
}
