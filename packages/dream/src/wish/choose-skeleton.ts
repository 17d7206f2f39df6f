/** Which skeleton fits a wish best. */
import type { LanguageModel } from "@daydream/engine/model"
import { createRandom } from "@daydream/engine/random"
import { termsOf } from "../memory/index.ts"
import type { Skeleton } from "./skeleton.ts"

/** Terms that a wish shares with the examples of a skeleton, over their number in the wish. */
function likeness(wish: string, { examples, fits }: Skeleton): number {
  const wanted = new Set(termsOf(wish))
  const own = new Set([fits, ...examples].flatMap((text) => termsOf(text)))
  return wanted.size === 0 ? 0 : [...wanted].filter((term) => own.has(term)).length / wanted.size
}

async function ask(model: LanguageModel, wish: string, skeletons: readonly Skeleton[], abortSignal: AbortSignal | undefined): Promise<string | undefined> {
  const isChinese = skeletons[0]?.language === "zh"
  const list = skeletons.map(({ id, fits, examples }) => `${id}: ${fits} (${examples.slice(0, 3).join(isChinese ? "；" : "; ")})`).join("\n")
  const { content } = await model.doGenerate({
    prompt: [
      { role: "system", content: isChinese ? "为愿望选出最合适的故事骨架。以 JSON 回答。" : "Choose the story skeleton that fits the wish best. Answer in JSON." },
      { role: "user", content: [{ type: "text", text: `${list}\n\n${isChinese ? "愿望" : "The wish"}: ${wish}` }] },
    ],
    responseFormat: {
      type: "json",
      schema: { type: "object", properties: { skeleton: { type: "string", enum: skeletons.map(({ id }) => id) } }, required: ["skeleton"], additionalProperties: false },
    },
    temperature: 0, maxOutputTokens: 40, ...(abortSignal === undefined ? {} : { abortSignal }),
  })
  const text = content.map((part) => (part.type === "text" ? part.text : "")).join("")
  return skeletons.find(({ id }) => text.includes(`"${id}"`))?.id
}

interface ChooseOptions {
  readonly seed: string
  readonly model?: LanguageModel
  readonly abortSignal?: AbortSignal
}

/** By its words where they say enough, else by the model, else by chance from the seed. */
export async function chooseSkeleton(wish: string, skeletons: readonly Skeleton[], { seed, model, abortSignal }: ChooseOptions): Promise<Skeleton> {
  const [first] = skeletons
  if (first === undefined) throw new TypeError("there is no skeleton of this language")
  if (skeletons.length === 1) return first
  const ranked = skeletons.map((skeleton) => ({ skeleton, score: likeness(wish, skeleton) })).toSorted((a, b) => b.score - a.score)
  const [best, second] = ranked
  if (best !== undefined && best.score >= 0.3 && best.score - (second?.score ?? 0) >= 0.1) return best.skeleton
  const asked = model === undefined ? undefined : await ask(model, wish, skeletons, abortSignal)
  return skeletons.find(({ id }) => id === asked) ?? skeletons[createRandom("wish", seed, "skeleton", wish).integer(skeletons.length)] ?? first
}
