import * as fc from "fast-check"
import { expect, test } from "vitest"
import { indexPhrases, normalise } from "./index.ts"

const found = (phrases: readonly string[], text: string) =>
  indexPhrases(phrases.map((phrase) => ({ text: phrase, meaning: phrase })))
    .find(text)
    .map(({ start, end, meaning }) => `${meaning} @ ${text.slice(start, end)}`)

test.each([
  ["case and marks", ["black ledger"], "The BLACK  ledger!", ["black ledger @ BLACK  ledger"]],
  ["full width", ["ledger"], "ＬＥＤＧＥＲ", ["ledger @ ＬＥＤＧＥＲ"]],
  ["invisible characters", ["ledger"], "led\u200bg\u00ader", ["ledger @ led\u200bg\u00ader"]],
  ["accents", ["café"], "the cafe and the cafe\u0301s", ["café @ cafe"]],
  ["hyphens", ["sea chest"], "a sea-chest", ["sea chest @ sea-chest"]],
  ["not within a longer word", ["ann"], "Annual Hannah ann's", ["ann @ ann"]],
  ["Chinese within a sentence", ["地窖"], "他下了地窖。", ["地窖 @ 地窖"]],
  [
    "Chinese with spaces and decorations",
    ["地窖"],
    "地 窖，地*窖，地·窖",
    ["地窖 @ 地 窖", "地窖 @ 地*窖", "地窖 @ 地·窖"],
  ],
  ["any ending", ["smuggl*"], "smuggling smugglers snuggle", ["smuggl* @ smuggl", "smuggl* @ smuggl"]],
  [
    "a gap within one sentence",
    ["brother ... drown*"],
    "Her brother was lost: drowned.",
    ["brother ... drown* @ brother was lost: drown"],
  ],
  ["no gap across sentences", ["brother ... drown*"], "Her brother left. Rats drown.", []],
  ["parts that begin again", ["a ... a b"], "a a b", ["a ... a b @ a a b"]],
  ["overlapping phrases", ["he", "she", "hers"], "hers she", ["hers @ hers", "she @ she"]],
  ["a letter of four bytes", ["𠮷屋"], "去𠮷屋吃", ["𠮷屋 @ 𠮷屋"]],
])("%s", (_name, phrases, text, expected) => {
  expect(found(phrases, text)).toEqual(expected)
})

test("a question is told from a statement", () => {
  const index = indexPhrases([{ text: "he drowned", meaning: 1 }])
  expect(index.find("So he drowned? I know he drowned.").map(({ isQuestion }) => isQuestion)).toEqual([true, false])
})

test.each([
  ["他淹死了吗？", true],
  ["他淹死了吗", true],
  ["他淹死了吗。是的。", true],
  ["他怎么会淹死呢！", true],
  ["好吗？他淹死了。", false],
])("a Chinese question: %s", (text, isQuestion) => {
  expect(
    indexPhrases([{ text: "淹死", meaning: 1 }])
      .find(text)
      .map((hit) => hit.isQuestion),
  ).toEqual([isQuestion])
})

test("finds what a search of each phrase by itself finds", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "c", " "), maxLength: 24 })
  const phrase = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(fc.array(phrase, { minLength: 1, maxLength: 6 }), letters, (phrases, text) => {
      const folded = normalise(text).text
      const naive = phrases.flatMap((one) =>
        Array.from(folded).flatMap((_, at) =>
          folded.startsWith(one, at) && (folded[at - 1] ?? " ") === " " && (folded[at + one.length] ?? " ") === " "
            ? [`${one} ${at}`]
            : [],
        ),
      )
      const starts = normalise(text).starts
      const hits = indexPhrases(phrases.map((one) => ({ text: one, meaning: one })))
        .find(text)
        .map(({ meaning, start }) => `${meaning} ${starts.indexOf(start)}`)
      expect(hits.toSorted()).toEqual(naive.toSorted())
    }),
    { numRuns: 2000 },
  )
})

test("spans lie within the text, whatever it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const { text: folded, starts } = normalise(text)
      expect(starts).toHaveLength(folded.length + 1)
      for (const { start, end } of indexPhrases([{ text: "a", meaning: 0, isLoose: true }]).find(text)) {
        expect(start).toBeLessThan(end)
        expect(end).toBeLessThanOrEqual(text.length)
      }
    }),
    { numRuns: 200 },
  )
})
