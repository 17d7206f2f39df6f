import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { convertCard, readCard, readCardOrBook, writeCard } from "@daydream/dream/card"
import { afterEach, beforeEach, expect, test } from "vitest"
import { folderFor, readCardFolder, readPath, writeCardFolder } from "./index.ts"

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daydream-cards-"))
})
afterEach(() => rmSync(folder, { recursive: true }))

const source = {
  spec: "chara_card_v3",
  spec_version: "3.0",
  data: {
    name: "米拉",
    description: "守灯人。",
    first_mes: "你好。",
    mes_example: "",
    personality: "",
    scenario: "",
    group_only_greetings: [],
    extensions: { n: 1 },
    assets: [
      { type: "icon", uri: "ccdefault:", name: "main", ext: "png" },
      { type: "../x", uri: "data:image/png;base64,AAAA", name: "../../y", ext: "png" },
    ],
    character_book: {
      extensions: {},
      entries: [
        { keys: ["灯"], content: "灯亮着。", extensions: {}, enabled: true, insertion_order: 1, use_regex: false },
      ],
    },
  },
}
const png = () =>
  convertCard(readCard(new TextEncoder().encode(JSON.stringify(source))), { format: "png", version: 3 }).bytes

async function imported() {
  const bytes = png()
  const at = join(folder, "米拉")
  const files = await writeCardFolder(readCardOrBook(bytes), bytes, "/elsewhere/米拉.png", at, false)
  return { bytes, at, files }
}

test("an import that nobody edits goes back to the same bytes", async () => {
  const { bytes, at, files } = await imported()
  expect(files).toEqual([
    "card.json",
    "lorebook.json",
    "assets/_x/images/_y.png",
    "avatar.png",
    "original/米拉.png",
    "import.json",
  ])
  const { file, edited } = await readCardFolder(at)
  expect(edited).toEqual([])
  expect(Buffer.compare(writeCard(file), bytes)).toBe(0)
})

test("edits of the card and of the lorebook are taken over, and nothing else changes", async () => {
  const { bytes, at } = await imported()
  for (const [name, from, to] of [
    ["card.json", "守灯人。", "不守灯了。"],
    ["lorebook.json", "灯亮着。", "灯灭了。"],
  ] as const)
    writeFileSync(join(at, name), readFileSync(join(at, name), "utf8").replace(from, to))
  const { file, edited } = await readCardFolder(at)
  expect(edited).toEqual(["card.json", "lorebook.json"])
  expect(file.document.text).toBe(
    readCard(bytes).document.text.replace("守灯人。", "不守灯了。").replace("灯亮着。", "灯灭了。"),
  )
})

test("a folder that holds something else is never replaced", async () => {
  const { bytes, at } = await imported()
  await expect(writeCardFolder(readCardOrBook(bytes), bytes, "x.png", at, false)).rejects.toMatchObject({
    code: "card_folder_taken",
  })
  await expect(writeCardFolder(readCardOrBook(bytes), bytes, "x.png", at, true)).resolves.toContain("card.json")
  const other = join(folder, "other")
  await writeCardFolder(readCardOrBook(bytes), bytes, "x.png", other, false)
  rmSync(join(other, "import.json"))
  await expect(writeCardFolder(readCardOrBook(bytes), bytes, "x.png", other, true)).rejects.toMatchObject({
    code: "card_folder_taken",
  })
})

test("a manifest cannot point outside its folder", async () => {
  const { at } = await imported()
  const manifest = join(at, "import.json")
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace("original/米拉.png", "../../../../etc/hostname"))
  // The named file is not beside it, so the card.json counts.
  expect((await readCardFolder(at)).file.container.format).toBe("json")
})

test("paths are read as files or folders", async () => {
  const { at } = await imported()
  expect((await readPath(at)).read.kind).toBe("card")
  expect((await readPath(join(at, "lorebook.json"))).read.kind).toBe("lorebook")
  await expect(readCardFolder(folder)).rejects.toMatchObject({ code: "card_folder_without_card" })
  expect([folderFor("a/hero.png"), folderFor("hero")]).toEqual(["hero", "hero-card"])
})
