import { languages } from "@daydream/engine/language"
import { expect, test } from "vitest"
import { checkDream } from "../checking/index.ts"
import { readDreamTests, runDreamTests } from "../dream-test/index.ts"
import { createWordChooser } from "../turn/index.ts"
import { dreamTemplate, parseDream } from "./index.ts"

test.each(languages)("the dream to begin from in %s has no problem, and every ending is reached", async (language) => {
  const files = await dreamTemplate(language, "mine")
  const { dream, problems } = parseDream(files)
  expect(problems).toEqual([])
  expect(dream).toMatchObject({ id: "mine", languages: [language] })
  if (dream === undefined) return
  const { findings, play } = await checkDream(dream, { turns: 1_000 })
  expect(findings.map(({ file, line, message }) => `${file}:${line} ${message.en}`)).toEqual([])
  expect(play.endings.map(({ name }) => name).toSorted()).toEqual(["closed", "letter_left", "letter_read", "letter_unread", "umbrella_only"])
})

test.each(languages)("the author's tests of the dream to begin from in %s pass without a model", async (language) => {
  const files = await dreamTemplate(language, "mine")
  const { dream } = parseDream(files)
  if (dream === undefined) throw new Error("the template cannot be read")
  const { tests, problems } = readDreamTests(dream, files)
  expect(problems).toEqual([])
  const report = await runDreamTests(dream, tests, { ports: { choose: createWordChooser() } })
  expect(report.results.flatMap(({ name, failures }) => failures.map(({ after, message }) => `${name}: after "${after}" ${message.en}`))).toEqual([])
  expect(report.coverage.endings.missing).toEqual([])
})
