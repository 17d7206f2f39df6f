import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { contentKinds, parseDream } from "../bundle/index.ts"
import type { DreamFile } from "../bundle/index.ts"
import { checkDream } from "../checking/index.ts"
import { createWordChooser } from "../turn/index.ts"
import { readDreamTests, runDreamTests } from "./index.ts"

const guides = { en: "dreams.md", zh: "dreams.zh.md" } as const
const read = (name: string) => readFileSync(new URL(`../../../../docs/guides/${name}`, import.meta.url), "utf8")

describe.each(Object.entries(guides))("the guide to dreams (%s)", (_, name) => {
  const text = read(name)
  const files = [...text.matchAll(/^```(?:yaml|ink) ?(\S*)\n([\s\S]*?)^```$/gmu)]
    .map(([, path = "", content = ""]): DreamFile => ({ path: path === "" ? "story.ink" : path, bytes: new TextEncoder().encode(content) }))

  it("shows a dream that is read without a problem, and whose check finds nothing", async () => {
    const { dream, problems } = parseDream(files)
    expect(problems).toEqual([])
    if (dream === undefined) return
    const { findings, play } = await checkDream(dream, { turns: 500 })
    expect(findings.map(({ file, line, message }) => `${file}:${line} ${message.en}`)).toEqual([])
    expect(play.endings.map((ending) => ending.name).toSorted()).toEqual(["dark", "light"])
  })

  it("shows tests that pass", async () => {
    const { dream } = parseDream(files)
    if (dream === undefined) throw new Error("no dream")
    const { tests, problems } = readDreamTests(dream, files)
    expect(problems).toEqual([])
    expect(tests.map(({ kind }) => kind)).toEqual(["story", "story", "persona"])
    const { results } = await runDreamTests(dream, tests, { ports: { choose: createWordChooser() } })
    expect(results.flatMap(({ failures }) => failures.map(({ after, message }) => `${after}: ${message.en}`))).toEqual([])
  })

  it("names every kind of content", () => {
    for (const kind of contentKinds) expect(text).toContain(`\`${kind}\``)
  })
})
