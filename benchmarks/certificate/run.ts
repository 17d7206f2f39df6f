/**
 * Are the promises kept? `node --conditions=source benchmarks/certificate/run.ts [--sets 1000]`
 * Fails where a method breaks more promises than chance explains, has too little power, or where a control is not caught.
 */
import { parseArgs } from "node:util"
import { attemptShare } from "@daydream/industry/certificate"
import {
  checkSaysBroken, checkSaysHolds, choosingOnCertify, finiteBatch, fiveCopies, grouped, peeking, retries, steeredRetries,
  ungrouped, withoutReplacement,
} from "./controls.ts"
import type { Tally } from "./controls.ts"
import { mailPopulation } from "./mails.ts"
import { borderWorlds, settings } from "./settings.ts"
import type { Setting } from "./settings.ts"
import { mostBroken, simulate } from "./simulate.ts"

const { values } = parseArgs({ options: { sets: { type: "string", default: "1000" }, delta: { type: "string", default: "0.05" } } })
const sets = Number(values.sets)
const delta = Number(values.delta)
const most = mostBroken(sets, delta)
const least = (power: number) => power * sets
const failures: string[] = []
const percent = (n: number, of = sets) => `${((100 * n) / of).toFixed(1)} %`

const mails = await mailPopulation()
const mailSettings: Setting[] = [
  { world: { ...mails, name: "mails, accuracy", target: 0.97, metric: { name: "accuracy" } }, options: { chooseRows: 390, certifyRows: 650, allowReview: true } },
  { world: { ...mails, name: "mails, accuracy, no abstaining", target: 0.96, metric: { name: "accuracy" } }, options: { chooseRows: 390, certifyRows: 650, allowReview: false } },
  { world: { ...mails, name: "mails, precision of spam", target: 0.97, metric: { name: "precision", positive: "spam" } }, options: { chooseRows: 600, certifyRows: 1000, allowReview: false } },
  { world: { ...mails, name: "mails, recall of spam", target: 0.95, metric: { name: "recall", positive: "spam" } }, options: { chooseRows: 600, certifyRows: 1000, allowReview: false } },
]

console.log(`${sets} data sets each, delta ${delta}; at most ${most} may be broken (99.9 % quantile).\n`)
console.log("| world | rows choose / certify | certified | of these all rows automated | mean coverage | broken |")
console.log("|---|---|---|---|---|---|")
for (const { world, options, power } of [...settings(), ...borderWorlds(), ...mailSettings]) {
  const result = await simulate(world, { ...options, sets, delta })
  console.log(
    `| ${world.name} (target ${world.target}) | ${options.chooseRows} / ${options.certifyRows} | ${percent(result.certified)} | ` +
      `${percent(result.fullCoverage)} | ${percent(result.coverage, 1)} | ${result.broken} |`,
  )
  if (result.broken > most) failures.push(`${world.name}: ${result.broken} broken`)
  if (power !== undefined && result.certified < least(power)) failures.push(`${world.name}: only ${percent(result.certified)} certified`)
}

const report = ({ name, made, broken }: Tally) => console.log(`| ${name} | ${made} | ${broken} |`)
const first = delta * attemptShare(1)

console.log("\n| other promises | made | broken |\n|---|---|---|")
for (const honest of [
  grouped(sets, first), finiteBatch(sets, delta), retries(sets, delta, true), steeredRetries(sets, delta),
  checkSaysHolds(sets, delta), checkSaysBroken(sets, delta),
]) {
  report(honest)
  if (honest.broken > most) failures.push(`${honest.name}: ${honest.broken} broken`)
}

console.log("\n| controls: wrong methods that must be caught | made | broken |\n|---|---|---|")
for (const control of [
  ungrouped(sets, delta), fiveCopies(sets, delta), withoutReplacement(sets, delta), choosingOnCertify(sets, delta),
  retries(sets, delta, false), peeking(sets, delta),
]) {
  report(control)
  if (control.broken <= most) failures.push(`${control.name}: not caught (${control.broken} broken)`)
}

console.log(failures.length === 0 ? "\nAll promises kept, all controls caught." : `\nFAILED:\n${failures.join("\n")}`)
if (failures.length > 0) process.exitCode = 1
