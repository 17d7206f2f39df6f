/**
 * Other promises (duplicates, retries, checks), and methods that look right and are not: the latter must break their
 * promise here, or this benchmark could not tell.
 */
import { binomialTail, countTrials, finiteBatchLower, splitExamples } from "@daydream/engine/evaluation"
import type { Example } from "@daydream/engine/function"
import { createRandom, shuffle } from "@daydream/engine/random"
import type { Random } from "@daydream/engine/random"
import { checkPlan, spendDelta } from "@daydream/industry/certificate"
import type { Certificate, RecordedAttempt } from "@daydream/industry/certificate"

/** Of `sets` promises, those made and those that were not true. */
export interface Tally {
  readonly name: string
  readonly sets: number
  readonly made: number
  readonly broken: number
}

const signature = { inputs: [{ name: "text", type: "text" as const }] }

const tally = (name: string, sets: number, one: (random: Random, set: number) => "none" | "kept" | "broken"): Tally => {
  let [made, broken] = [0, 0]
  for (let set = 0; set < sets; set++) {
    const result = one(createRandom("control", name, set), set)
    made += Number(result !== "none")
    broken += Number(result === "broken")
  }
  return { name, sets, made, broken }
}

const successesOf = (random: Random, trials: number, quality: number): number => {
  let successes = 0
  for (let i = 0; i < trials; i++) successes += Number(random.next() < quality)
  return successes
}

/** A quality just below the target, so that every promise made is broken. */
const justBelow = 0.9699
const target = 0.97

const passes = (successes: number, trials: number, delta: number): boolean =>
  binomialTail({ successes, trials, probability: target }) <= delta

/** Rows of a table in which each text occurs one to nine times in other spellings; a text is right or wrong as a whole. */
function tableWithCopies(random: Random, groups: number): { examples: Example[]; right: boolean[] } {
  const right = Array.from({ length: groups }, () => random.next() < justBelow)
  const examples = right.flatMap((_, group) =>
    Array.from({ length: 1 + random.integer(9) }, (_, copy): Example => {
      const spellings = [`Text ${group}`, `text  ${group}`, `TEXT ${group} `]
      return { key: `${group}.${copy}`, input: { text: spellings[copy % 3] ?? "", group }, label: "a" }
    }),
  )
  return { examples, right }
}

const outcomesOf = (examples: readonly Example[], right: readonly boolean[]) =>
  examples.map((e) => ({ status: "answered" as const, output: right[Number(e.input["group"])] ? "a" : "b" }))

/** The split of Daydream on a table full of copies. */
export const grouped = (sets: number, delta: number): Tally =>
  tally("copies of rows, grouped by the split", sets, (random, seed) => {
    const { examples, right } = tableWithCopies(random, 650)
    const { certify } = splitExamples({ examples, signature, seed, fractions: { fit: 0.2, choose: 0.2, certify: 0.6 } })
    const { successes, trials } = countTrials({ name: "accuracy" }, certify.map((e) => e.label), outcomesOf(certify, right))
    return passes(successes, trials, delta) ? "broken" : "none"
  })

/** Control: the same table, rows counted one by one. */
export const ungrouped = (sets: number, delta: number): Tally =>
  tally("CONTROL: copies of rows counted as rows", sets, (random) => {
    const { examples, right } = tableWithCopies(random, 650)
    const certify = shuffle(examples, random).slice(0, Math.round(examples.length * 0.6))
    const { successes, trials } = countTrials({ name: "accuracy" }, certify.map((e) => e.label), outcomesOf(certify, right))
    return passes(successes, trials, delta) ? "broken" : "none"
  })

/** Control: five copies of each of 130 rows, not grouped. */
export const fiveCopies = (sets: number, delta: number): Tally =>
  tally("CONTROL: five copies of each of 130 rows, not grouped", sets, (random) =>
    passes(5 * successesOf(random, 130, justBelow), 650, delta) ? "broken" : "none",
  )

/** Control: 650 of 700 rows labelled, the bound for those 700 used as a promise about rows to come. */
export const withoutReplacement = (sets: number, delta: number): Tally =>
  tally("CONTROL: without-replacement bound (650 of 700) used for future rows", sets, (random) => {
    const successes = successesOf(random, 650, justBelow)
    return finiteBatchLower({ successes, trials: 650, population: 700, delta }) >= target ? "broken" : "none"
  })

/** The same bound used for what it is for: the very 700 rows. */
export const finiteBatch = (sets: number, delta: number): Tally =>
  tally("without-replacement bound (650 of 700) used for those 700 rows", sets, (random) => {
    const good = Math.floor(700 * target - 1e-9)
    const rows = shuffle(Array.from({ length: 700 }, (_, i) => i < good), random).slice(0, 650)
    const successes = rows.filter(Boolean).length
    return finiteBatchLower({ successes, trials: 650, population: 700, delta }) >= target ? "broken" : "none"
  })

/** Control: the best of 20 equally good plans is picked on the certify rows and certified on them. */
export const choosingOnCertify = (sets: number, delta: number): Tally =>
  tally("CONTROL: best of 20 plans chosen on the certify rows", sets, (random) => {
    const best = Math.max(...Array.from({ length: 20 }, () => successesOf(random, 650, justBelow)))
    return passes(best, 650, delta) ? "broken" : "none"
  })

/** Ten compilations on the same certify rows, each with another plan; a set is broken if any promise is. */
export const retries = (sets: number, delta: number, withLedger: boolean): Tally =>
  tally(withLedger ? "ten attempts on the same rows, with the ledger" : "CONTROL: ten attempts on the same rows, no ledger", sets, (random) => {
    const recorded: RecordedAttempt[] = []
    for (let k = 0; k < 10; k++) {
      const attempt = { specHash: String(k), rowHashes: ["row"], delta }
      const spend = spendDelta(recorded, attempt)
      recorded.push({ ...attempt, attempt: spend.attempt, deltaSpent: spend.deltaSpent, createdAt: "" })
      if (passes(successesOf(random, 650, justBelow), 650, withLedger ? spend.deltaSpent : delta)) return "broken"
    }
    return "none"
  })

/**
 * Ten attempts by somebody who steers by the counts shown: each new plan is the best one so far with a tenth of its
 * answers redrawn (true quality always just below the target). The union bound does not cover steering; this measures it.
 */
export const steeredRetries = (sets: number, delta: number): Tally =>
  tally("ten attempts steered by the counts shown, with the ledger", sets, (random) => {
    const recorded: RecordedAttempt[] = []
    let best = Array.from({ length: 650 }, () => random.next() < justBelow)
    for (let k = 0; k < 10; k++) {
      const plan = k === 0 ? best : best.map((right) => (random.next() < 0.1 ? random.next() < justBelow : right))
      const attempt = { specHash: String(k), rowHashes: ["row"], delta }
      const spend = spendDelta(recorded, attempt)
      recorded.push({ ...attempt, attempt: spend.attempt, deltaSpent: spend.deltaSpent, createdAt: "" })
      const successes = plan.filter(Boolean).length
      if (passes(successes, 650, spend.deltaSpent)) return "broken"
      if (successes > best.filter(Boolean).length) best = plan
    }
    return "none"
  })

const promise = {
  kind: "certificate", metric: { name: "accuracy" }, target, certifyDigest: "simulated", certifyHashes: [],
} as unknown as Certificate

const checkRows = (random: Random, count: number, quality: number) =>
  Array.from({ length: count }, (_, i) => ({
    hash: String(i),
    label: "a",
    outcome: { status: "answered" as const, output: random.next() < quality ? "a" : "b" },
  }))

/** A check looked at after every row: says "holds" of a plan just below the target. */
export const checkSaysHolds = (sets: number, delta: number): Tally =>
  tally("check, looked at after each of 1,000 rows: 'holds' just below the target", sets, (random) =>
    checkPlan({ certificate: { ...promise, delta }, rows: checkRows(random, 1000, justBelow) }).verdict === "holds" ? "broken" : "none",
  )

/** A check looked at after every row: says "broken" of a plan just at the target. */
export const checkSaysBroken = (sets: number, delta: number): Tally =>
  tally("check, looked at after each of 1,000 rows: 'broken' at the target", sets, (random) =>
    checkPlan({ certificate: { ...promise, delta }, rows: checkRows(random, 1000, target) }).verdict === "broken" ? "broken" : "none",
  )

/** Control: the exact fixed-sample test looked at after every row. */
export const peeking = (sets: number, delta: number): Tally =>
  tally("CONTROL: exact fixed-sample test looked at after each of 1,000 rows", sets, (random) => {
    let successes = 0
    for (let n = 1; n <= 1000; n++) {
      successes += Number(random.next() < justBelow)
      if (passes(successes, n, delta)) return "broken"
    }
    return "none"
  })
