/** From a wish to a whole dream that passes its check: choose a skeleton, fill it, check, repair, check again. */
import { createHash } from "node:crypto"
import type { Language } from "@daydream/engine/language"
import type { LanguageModel } from "@daydream/engine/model"
import type { DreamFile, DreamProblem } from "../bundle/index.ts"
import { chooseSkeleton } from "./choose-skeleton.ts"
import type { Colour } from "./colour.ts"
import { wishErrors } from "./errors.ts"
import { fillSkeleton, ownValue } from "./fill.ts"
import type { FilledSlot, OwnOptions } from "./fill.ts"
import { fillTemplate, slotsIn } from "./skeleton.ts"
import type { Skeleton } from "./skeleton.ts"
import { languageOfWish, readWish } from "./wish.ts"

/** How far it has got. */
export interface WishProgress {
  readonly stage: "choose" | "fill" | "check" | "repair"
  /** Of all stages together, in [0, 1]. */
  readonly share: number
  readonly label: string
}

/** What is wrong with the files of a dream, played to its endings. */
export type CheckFiles = (files: readonly DreamFile[], options: { readonly abortSignal?: AbortSignal }) => Promise<readonly DreamProblem[]>

export interface MakeOptions {
  readonly skeletons: (language: Language) => Promise<readonly Skeleton[]>
  /** What every dream must pass before anybody sees it. Errors are repaired; warnings are left. */
  readonly check: CheckFiles
  readonly language?: Language
  readonly seed: string
  readonly model?: LanguageModel
  /** By which the dream says that it was made. */
  readonly modelName: string
  readonly colour?: Colour
  readonly onProgress?: (progress: WishProgress) => void
  readonly abortSignal?: AbortSignal
}

/** A dream from a wish. */
export interface MadeDream {
  readonly id: string
  readonly language: Language
  readonly skeleton: string
  readonly files: readonly DreamFile[]
  readonly slots: readonly FilledSlot[]
  /** Slots whose text the check did not pass, and that have the skeleton's own now. */
  readonly repaired: readonly string[]
  /** Warnings that are left. */
  readonly problems: readonly DreamProblem[]
}

const escaped = (text: string) => JSON.stringify(text).slice(1, -1)

const isText = ({ path }: DreamFile) => /\.(?:ya?ml|ink|json)$/u.test(path)

/** The dream's files with every blank filled. */
export const assemble = ({ files }: Skeleton, values: Readonly<Record<string, string>>): DreamFile[] =>
  files.map((file) => (isText(file) ? { path: file.path, bytes: new TextEncoder().encode(fillTemplate(new TextDecoder().decode(file.bytes), values)) } : file))

/** Slots on the lines that the problems name; values hold no line breaks, so lines are the template's. */
function slotsAt({ files }: Skeleton, problems: readonly DreamProblem[]): Set<string> {
  const lines = new Map(files.filter(isText).map(({ path, bytes }) => [path, new TextDecoder().decode(bytes).split("\n")]))
  return new Set(problems.flatMap(({ file, line }) => slotsIn(line === 0 ? (lines.get(file) ?? []).join("\n") : lines.get(file)?.[line - 1] ?? "")))
}

const errorsOf = (problems: readonly DreamProblem[]) => problems.filter(({ severity }) => severity === "error")

/** Warnings that an author would look into, and that a model's text is not worth: style, and speech that may be wrong. */
const isDoubtful = ({ severity, code }: DreamProblem) => severity === "warning" && /^(?:style|says)_/u.test(code)

/**
 * Makes a dream. Throws the errors of {@link readWish}, `wish_unfinished`, and what the model throws. With a crisis in the
 * wish nothing is made: `null`, and help is to be offered.
 */
export async function makeDream(given: string, options: MakeOptions): Promise<MadeDream | null> {
  const { seed, model, abortSignal, onProgress } = options
  const { wish, isCrisis } = readWish(given)
  if (isCrisis) return null
  const language = options.language ?? languageOfWish(wish)
  onProgress?.({ stage: "choose", share: 0, label: language === "zh" ? "选择骨架" : "choosing a skeleton" })
  const passed = { seed, ...(model === undefined ? {} : { model }), ...(abortSignal === undefined ? {} : { abortSignal }) }
  const skeleton = await chooseSkeleton(wish, await options.skeletons(language), passed)
  const id = `wish-${createHash("sha256").update(`${wish}\u0000${seed}`).digest("hex").slice(0, 10)}`
  const fixed = { wish: escaped(wish), dream_id: id, model: escaped(options.modelName) }
  const slots = await fillSkeleton({
    skeleton, wish, given: fixed, colour: options.colour ?? { tone: null }, ...passed,
    onStep: ({ index, count, label }) => onProgress?.({ stage: "fill", share: 0.05 + (0.75 * index) / count, label }),
  })
  return repair(skeleton, { ...fixed, ...Object.fromEntries(slots.map(({ slot, value }) => [slot, value])) }, slots, { ...options, id })
}

const mostRepairs = 6

async function repair(
  skeleton: Skeleton, filled: Readonly<Record<string, string>>, slots: readonly FilledSlot[], options: MakeOptions & { readonly id: string },
): Promise<MadeDream> {
  const { id, check, abortSignal, onProgress } = options
  const { language } = skeleton
  const all = new Map(skeleton.steps.flatMap((step) => Object.entries(step.slots)))
  let values: Record<string, string> = { ...filled }
  const own = new Set(slots.filter(({ by }) => by === "skeleton").map(({ slot }) => slot))
  const repaired: string[] = []
  for (let round = 0; ; round++) {
    onProgress?.({ stage: round === 0 ? "check" : "repair", share: 0.8 + 0.03 * round, label: language === "zh" ? "逐个结局检查" : "playing it to every ending" })
    const files = assemble(skeleton, values)
    const problems = await check(files, abortSignal === undefined ? {} : { abortSignal })
    const errors = errorsOf(problems)
    const isReplaceable = (slot: string) => all.has(slot) && !own.has(slot)
    const doubtful = [...slotsAt(skeleton, problems.filter(isDoubtful))].filter(isReplaceable)
    if (errors.length === 0 && doubtful.length === 0) return { id, language, skeleton: skeleton.id, files, slots: slots.map((one) => ({ ...one, value: values[one.slot] ?? one.value })), repaired, problems }
    const named = [...new Set([...[...slotsAt(skeleton, errors)].filter(isReplaceable), ...doubtful])]
    // Nothing on those lines is a model's: all of the model's texts go, and the skeleton stands by itself.
    const next = named.length > 0 && round < mostRepairs - 2 ? named : [...all.keys()].filter(isReplaceable)
    if (next.length === 0 || round >= mostRepairs)
      throw wishErrors.wish_unfinished({ skeleton: skeleton.id, problems: errors.map(({ file, line, message }) => `${file}:${line}: ${message[language]}`) })
    values = replaced(skeleton, values, next, options)
    for (const slot of next) own.add(slot)
    repaired.push(...next)
  }
}

/** The skeleton's own words for these slots, in the order in which they build on each other. */
function replaced(skeleton: Skeleton, values: Readonly<Record<string, string>>, slots: readonly string[], options: OwnOptions): Record<string, string> {
  const next = { ...values }
  for (const step of skeleton.steps)
    for (const [name, slot] of Object.entries(step.slots))
      if (slots.includes(name)) {
        delete next[name]
        next[name] = ownValue(name, slot, skeleton, next, options)
      }
  return next
}
