/** Fills a skeleton step by step: asked, checked, asked again, and in the end filled from the skeleton's own words. */
import type { LanguageModel } from "@daydream/engine/model"
import { createRandom } from "@daydream/engine/random"
import { faultOf, tidy } from "./check-value.ts"
import type { ValueFault } from "./check-value.ts"
import type { Colour } from "./colour.ts"
import { formatFor, promptFor, readAnswer } from "./prompt.ts"
import { fillTemplate } from "./skeleton.ts"
import type { Skeleton, Slot, Step } from "./skeleton.ts"

/** How one slot was filled. */
export interface FilledSlot {
  readonly slot: string
  readonly value: string
  readonly by: "model" | "skeleton"
  /** What was wrong with the answers that were not taken. */
  readonly faults: readonly ValueFault[]
}

export interface FillOptions {
  readonly skeleton: Skeleton
  readonly wish: string
  readonly given: Readonly<Record<string, string>>
  readonly seed: string
  readonly colour: Colour
  /** Without one every slot is filled from the skeleton's own words. */
  readonly model?: LanguageModel
  /** Times that a step's missing slots are asked for; 3 by default. */
  readonly attempts?: number
  readonly onStep?: (step: { readonly index: number; readonly count: number; readonly label: string }) => void
  readonly abortSignal?: AbortSignal
}

/** What a skeleton's own words depend on. */
export interface OwnOptions {
  readonly seed: string
  readonly colour?: Colour
}

/** A value of the skeleton's own, by chance, that passes the same check; else the first one, which its tests vouch for. */
export function ownValue(name: string, slot: Slot, skeleton: Skeleton, values: Readonly<Record<string, string>>, { seed, colour }: OwnOptions): string {
  const random = createRandom("wish", seed, skeleton.id, name)
  const from = random.integer(slot.fallback.length)
  const inOrder = [...slot.fallback.slice(from), ...slot.fallback.slice(0, from)].map((text) => fillTemplate(text, values))
  const context = { language: skeleton.language, values, wish: "", without: colour?.without ?? [] }
  return inOrder.find((text) => faultOf(text, slot, context) === null) ?? inOrder[0] ?? ""
}

async function ask(model: LanguageModel, step: Step, missing: readonly string[], values: Readonly<Record<string, string>>, options: FillOptions, attempt: number) {
  const { skeleton: { language }, wish, colour, seed, abortSignal } = options
  const { content } = await model.doGenerate({
    prompt: promptFor(step, missing, values, wish, language, colour),
    responseFormat: formatFor(step, missing),
    // The first answer is the likeliest one; what was not taken is drawn anew.
    temperature: attempt === 0 ? 0.3 : 0.9,
    seed: createRandom("wish", seed, step.id, attempt).integer(2_147_483_647),
    maxOutputTokens: 60 + missing.reduce((sum, name) => sum + 36 + 2 * (step.slots[name]?.most ?? 0), 0),
    ...(abortSignal === undefined ? {} : { abortSignal }),
  })
  return readAnswer(content.map((part) => (part.type === "text" ? part.text : "")).join(""), missing)
}

async function fillStep(step: Step, values: Record<string, string>, options: FillOptions): Promise<FilledSlot[]> {
  const { skeleton, model, attempts = 3 } = options
  const { language } = skeleton
  const faults = new Map<string, ValueFault[]>()
  const byModel = new Set<string>()
  const tries = model === undefined ? [] : Array.from({ length: attempts }, () => model)
  let missing = Object.keys(step.slots)
  for (const [attempt, asked] of tries.entries()) {
    if (missing.length === 0) break
    const answer = await ask(asked, step, missing, values, options, attempt)
    const left: string[] = []
    for (const name of missing) {
      const slot = step.slots[name] as Slot
      const text = tidy(answer[name] ?? "", slot, language)
      const fault = faultOf(text, slot, { language, values, wish: options.wish, without: options.colour.without ?? [] })
      if (fault === null) {
        values[name] = text
        byModel.add(name)
      } else {
        faults.set(name, [...(faults.get(name) ?? []), fault])
        left.push(name)
      }
    }
    missing = left
  }
  for (const name of missing) values[name] = ownValue(name, step.slots[name] as Slot, skeleton, values, options)
  return Object.keys(step.slots).map((slot) => ({
    slot, value: values[slot] ?? "", by: byModel.has(slot) ? "model" : "skeleton", faults: faults.get(slot) ?? [],
  }))
}

/** Fills every slot. Throws only what the model throws. */
export async function fillSkeleton(options: FillOptions): Promise<FilledSlot[]> {
  const { skeleton: { steps }, onStep } = options
  const values: Record<string, string> = { ...options.given }
  const filled: FilledSlot[] = []
  for (const [index, step] of steps.entries()) {
    onStep?.({ index, count: steps.length, label: step.label })
    filled.push(...(await fillStep(step, values, options)))
  }
  return filled
}
