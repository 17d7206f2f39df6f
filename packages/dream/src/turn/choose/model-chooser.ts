/** Chooses with a language model: by the meanings that it reads where it tells them, else by its answer. */
import { generateClass } from "@daydream/engine/model"
import type { MaybeScoringModel, MeaningReader, Prompt } from "@daydream/engine/model"
import type { Language } from "@daydream/engine/language"
import type { Option } from "../model.ts"
import type { ChooseContext, ChoosePort, Distribution } from "../port.ts"
import { createMeaningChooser } from "./meaning-chooser.ts"
import type { MeaningChooser, MeaningChooserOptions } from "./meaning-chooser.ts"
import { defaultWordSettings, likenesses } from "./word-chooser.ts"

/** Options that are put to a model, the likeliest by words: a longer list costs time and confuses a small one. */
const mostOptions = 16
const mostExamples = 4

const none: Readonly<Record<Language, string>> = { en: "Something else", zh: "其他" }
/** What says nothing: the model's leaning to each name by itself. */
const nothingSaid: Readonly<Record<Language, string>> = { en: "...", zh: "……" }

interface Named {
  readonly option: Option
  readonly name: string
}

/** Options with names that differ, in an order that does not hang on what was said: the prompt's beginning stays equal. */
function named(options: readonly Option[], language: Language): Named[] {
  const used = new Set([none[language]])
  return options.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map((option) => {
    const base = option.name.replaceAll(/\s+/gu, " ").trim().slice(0, 60) || option.key
    let name = base
    for (let count = 2; used.has(name); count++) name = `${base} ${count}`
    used.add(name)
    return { option, name }
  })
}

function promptOf(context: Pick<ChooseContext, "language" | "addressee">, text: string, options: readonly Named[]): Prompt {
  const { language, addressee } = context
  const rest = none[language]
  const lines = options.map(({ option, name }) => {
    const examples = option.examples.filter((example) => example !== option.name).slice(0, mostExamples)
    return language === "zh" ? `${name}：${examples.join("／")}` : `${name}: ${examples.join(" / ")}`
  })
  const system = language === "zh"
    ? `玩家正在${addressee === null ? "" : `和${addressee}`}说话。判断玩家这句话的意思属于下面哪一项，只回答冒号前的名称。都不符合时回答“${rest}”。\n${lines.join("\n")}\n${rest}：与以上都无关的话`
    : `The player speaks${addressee === null ? "" : ` to ${addressee}`}. Decide which of the following the player means. Answer with the name before the colon only. If none fits, answer "${rest}".\n${lines.join("\n")}\n${rest}: anything unrelated to the above`
  return [
    { role: "system", content: system },
    { role: "user", content: [{ type: "text", text: language === "zh" ? `玩家：“${text}”` : `Player: "${text}"` }] },
  ]
}

const calibration = 0.5
/** How much the likeness of words counts beside the log probability. */
const wordWeight = 12
/** Share that an answer without probabilities leaves to the others. */
const doubt = 0.1

function distribution(logits: ReadonlyMap<string, number>): Distribution {
  const top = Math.max(...logits.values())
  const masses = [...logits].map(([key, logit]) => [key, Math.exp(logit - top)] as const)
  const sum = masses.reduce((total, [, mass]) => total + mass, 0)
  return Object.fromEntries(masses.map(([key, mass]) => [key, mass / sum]))
}

function createAnswerChooser(model: MaybeScoringModel): ChoosePort {
  const leanings = new Map<string, readonly number[]>()
  return {
    by: "model",
    choose: async (context, options, { abortSignal } = {}) => {
      const { language, text } = context
      const signal = abortSignal === undefined ? {} : { abortSignal }
      const words = likenesses(text, options, defaultWordSettings.second)
      const likely = options.length <= mostOptions ? options
        : options.toSorted((a, b) => (words.get(b.key) ?? 0) - (words.get(a.key) ?? 0)).slice(0, mostOptions)
      const asked = named(likely, language)
      const classes = [...asked.map(({ name }) => name), none[language]]
      const keys = [...asked.map(({ option }) => option.key), "none"]
      if (model.scoreContinuations === undefined) {
        const { index } = await generateClass(model, { prompt: promptOf(context, text, asked), classes, language, ...signal })
        if (index === null) throw new Error("the model named none of the options")
        return Object.fromEntries(keys.map((key, at) => [key, at === index ? 1 - doubt : doubt / (keys.length - 1)]))
      }
      const score = async (said: string) =>
        (await model.scoreContinuations?.({ prompt: promptOf(context, said, asked), continuations: classes, ...signal }))?.logProbabilities ?? []
      const asking = classes.join("\n")
      const leaning = leanings.get(asking) ?? await score(nothingSaid[language])
      leanings.clear()
      leanings.set(asking, leaning)
      const given = await score(text)
      return distribution(new Map(keys.map((key, at) => [key, (given[at] ?? -99) - calibration * (leaning[at] ?? 0) + wordWeight * (words.get(key) ?? 0)])))
    },
  }
}

/**
 * A chooser over `model`. One that reads meanings (the embedded models do) compares them: measured, that is both quicker and
 * more often right than asking it. Of another model an answer is asked, by its probabilities where it gives them.
 */
export function createModelChooser(model: MaybeScoringModel & Partial<MeaningReader>, options: MeaningChooserOptions = {}): ChoosePort & Partial<Pick<MeaningChooser, "prepare">> {
  return model.meanings === undefined ? createAnswerChooser(model) : createMeaningChooser(model.meanings, options)
}

/** A chooser that asks `model` for the name of an option, whatever else it can do. For comparison. */
export const createAskingChooser = (model: MaybeScoringModel): ChoosePort => createAnswerChooser(model)
