/** The simulated worlds and the sizes of their data sets. */
import type { SimulationOptions } from "./simulate.ts"
import { binaryWorld, classesWorld } from "./worlds.ts"
import type { World } from "./worlds.ts"

export interface Setting {
  readonly world: World
  readonly options: Omit<SimulationOptions, "sets" | "delta">
  /** Least share of sets that must get a certificate. */
  readonly power?: number
}

const rung = (name: string, accuracy: number, informed: number, cost = 1n) => ({ name, accuracy, informed, cost })
const usual = { chooseRows: 390, certifyRows: 650, allowReview: false }

/**
 * For every method a hard world, in which no candidate reaches the target and confidence tells nothing, so that every
 * certificate is a broken promise; and a fair one, in which certificates must come.
 */
export const settings = (): Setting[] => [
  { world: classesWorld({ name: "plan, 20 classes, hard", target: 0.97, rungs: [rung("only", 0.9699, 0)] }), options: usual },
  { world: classesWorld({ name: "plan, 20 classes, truth 0.985", target: 0.97, rungs: [rung("only", 0.985, 0.8)] }), options: usual, power: 0.8 },
  {
    world: classesWorld({ name: "three plans, skewed classes, hard", target: 0.97, skew: 1.2, rungs: [rung("a", 0.9699, 0), rung("b", 0.9695, 0, 10n), rung("c", 0.9699, 0, 100n)] }),
    options: usual,
  },
  { world: classesWorld({ name: "cascade, hard", target: 0.95, rungs: [rung("proxy", 0.949, 0), rung("oracle", 0.949, 0, 1000n)] }), options: usual },
  {
    world: classesWorld({ name: "cascade, fair", target: 0.95, skew: 1, rungs: [rung("proxy", 0.92, 0.9), rung("oracle", 0.972, 0.9, 1000n)] }),
    options: usual,
    power: 0.8,
  },
  {
    world: classesWorld({ name: "abstaining, hard", target: 0.97, rungs: [rung("only", 0.968, 0)] }),
    options: { ...usual, allowReview: true },
  },
  {
    world: classesWorld({ name: "abstaining, fair", target: 0.97, rungs: [rung("only", 0.93, 0.9)] }),
    options: { ...usual, allowReview: true },
    power: 0.8,
  },
  {
    world: classesWorld({ name: "abstaining, truth 0.985", target: 0.97, rungs: [rung("only", 0.985, 0.8)] }),
    options: { ...usual, allowReview: true },
    power: 0.8,
  },
  {
    world: classesWorld({ name: "all kinds, three rungs", target: 0.95, rungs: [rung("a", 0.88, 0.9), rung("b", 0.9, 0.9, 10n), rung("c", 0.94, 0.9, 1000n)] }),
    options: { ...usual, allowReview: true, thresholds: 4 },
    power: 0.8,
  },
  { world: classesWorld({ name: "tiny, hard", target: 0.9, rungs: [rung("only", 0.8999, 0)] }), options: { chooseRows: 30, certifyRows: 60, allowReview: true } },
  {
    world: classesWorld({ name: "tiny, fair", target: 0.9, classes: 3, rungs: [rung("only", 0.97, 0.8)] }),
    options: { chooseRows: 40, certifyRows: 100, allowReview: true },
    power: 0.8,
  },
  {
    world: binaryWorld({ name: "precision, 15 % positive", metric: "precision", target: 0.95, positives: 0.15, separation: 1.8 }),
    options: { chooseRows: 800, certifyRows: 1600, allowReview: false },
    power: 0.8,
  },
  {
    world: binaryWorld({ name: "recall, 5 % positive", metric: "recall", target: 0.9, positives: 0.05, separation: 1.8 }),
    options: { chooseRows: 800, certifyRows: 1600, allowReview: false },
    power: 0.8,
  },
]

/** Binary worlds at the border: cut so that just not the target is reached at any threshold worth testing. */
export const borderWorlds = (): Setting[] => [
  {
    world: binaryWorld({ name: "precision, hard (scores do not separate)", metric: "precision", target: 0.9, positives: 0.899, separation: 0.01 }),
    options: { ...usual, certifyRows: 800 },
  },
  {
    world: binaryWorld({ name: "recall, 5 % positive, few rows", metric: "recall", target: 0.95, positives: 0.05, separation: 1.5 }),
    options: { ...usual, certifyRows: 1500 },
  },
]
