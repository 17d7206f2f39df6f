import { expect, it } from "vitest"
import { compileStory } from "./compile.ts"
import { playStory } from "./play.ts"
import { bookshop, speakers, world } from "./stories.test.data.ts"
import { renderTranscript, transcriptOf } from "./transcript.ts"

it("a transcript holds lines and choices with origin and language, and says where they come from", () => {
  const { story } = compileStory(bookshop, { speakers })
  if (story === null) throw new Error("does not compile")
  const first = playStory(story, world(), { seed: 1 })
  const second = first.next({ kind: "choose", choice: 1 })
  const entries = [...transcriptOf(first), ...transcriptOf(second, { before: first.state, choice: 1 })]
  expect(entries.map(({ kind, speaker, origin, language }) => [kind, speaker, origin, language])).toEqual([
    ["line", null, "authored", "zh"], ["line", "mara", "authored", "zh"], ["choice", null, "authored", "zh"], ["line", null, "authored", "zh"],
  ])
  expect(renderTranscript(entries, { language: "zh", names: { mara: "玛拉" } })).toBe(
    "雾很浓，门开着。\n玛拉：请进，书不等人。\n> 转身离开。\n雾散了，门不见了。\n\n【文本来源：作者撰写】\n")
  expect(transcriptOf(second.next({ kind: "continue" }))).toEqual([])
})
