import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { compileStory } from "./compile.ts"
import { exploreStory } from "./explore.ts"
import { plainWorld } from "./plain-world.ts"
import { commandForms } from "./proposal.ts"
import { worldFunctionNames } from "./world-names.ts"

const guides = { en: "stories.md", zh: "stories.zh.md" } as const
const read = (name: string) => readFileSync(new URL(`../../../../docs/guides/${name}`, import.meta.url), "utf8")
const speakers = [{ id: "mara", names: ["Mara", "玛拉"] }]
const names = {
  facts: ["storm", "lamp_lit"], characters: ["mara", "player"], places: ["quay", "tower"], things: ["key"],
  relations: [], moves: [], feelings: [], dials: ["tone"],
}

describe.each(Object.entries(guides))("the guide to stories (%s)", (_, name) => {
  const text = read(name)
  const files = [...text.matchAll(/^```ink ?(\S*)\n([\s\S]*?)^```$/gm)].map(([, file = "", ink = ""]) => ({ name: file === "" ? "story.ink" : file, text: ink }))

  it("shows a story that compiles without findings and reaches every ending", () => {
    const { story, findings } = compileStory(files, { names, speakers })
    expect(findings).toEqual([])
    if (story === null) throw new Error("no story")
    const world = plainWorld({ facts: { lamp_lit: false }, positions: { key: "quay", player: "quay" }, dials: { tone: "warm" } })
    const found = exploreStory(story, world, { walks: 10, states: 200 })
    expect([found.unreached.endings, found.deadEnds, found.traps, found.failures, found.refusedMoves]).toEqual([[], [], [], [], []])
  })

  it("names every function and command", () => {
    for (const one of worldFunctionNames) expect(text).toContain(`\`${one}${one === "move" ? "`" : "("}`)
    for (const { usage } of Object.values(commandForms)) expect(text).toContain(`\`${usage.split(" ").slice(0, 3).join(" ").replace("[FROM]", "").trim()}`)
  })
})
