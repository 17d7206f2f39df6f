import { deflateSync } from "node:zlib"
import { isDaydreamError } from "@daydream/engine/errors"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import {
  convertCard,
  convertLorebook,
  editCard,
  editChat,
  editLorebookFile,
  formatJson,
  parseJson,
  readCard,
  readCardOrBook,
  readChat,
  readLorebookFile,
  replaceDocument,
  resolveAssets,
  valueOf,
  voiceExamples,
  writeCard,
  writeChat,
  writeLorebookFile,
  type CardFile,
  type ReadFile,
} from "./index.ts"
import { joinBytes, plainPicture, readChunks, writeChunk } from "./png/index.ts"
import { charx, picture, samples, v1Card, v2Card, v3Card, world } from "./samples.test.support.ts"
import { readZip, writeZip } from "./zip/index.ts"

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const sample = (name: string): Uint8Array => samples[name] as Uint8Array
const codeOf = (run: () => unknown): string => {
  try {
    run()
    return "none"
  } catch (error) {
    return isDaydreamError(error) ? error.code : `crash: ${String(error)}`
  }
}
const bytesOf = (read: ReadFile): Uint8Array =>
  read.kind === "card"
    ? writeCard(read.file)
    : read.kind === "chat"
      ? writeChat(read.file)
      : writeLorebookFile(read.file)
const rawOf = (file: CardFile) =>
  valueOf(file.document.root) as Record<string, unknown> & { data: Record<string, unknown> }
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64")

test.each(Object.keys(samples))("%s is read, and written back byte for byte", (name) => {
  const bytes = sample(name)
  const read = readCardOrBook(bytes)
  expect(read.kind).toBe(name.startsWith("chat") ? "chat" : /world|lorebook/u.test(name) ? "lorebook" : "card")
  expect(Buffer.compare(bytesOf(read), bytes)).toBe(0)
})

test.each([
  "v2.json",
  "v3.json",
  "odd.json",
  "v2.png",
  "v3.png",
  "packed.png",
  "international.png",
  "card.charx",
  "behind-picture.charx",
])("an edit of %s changes what was edited and nothing else", (name) => {
  const before = readCard(sample(name))
  const after = readCard(writeCard(editCard(before, [{ path: ["data", "name"], value: "新名" }])))
  expect(after.card).toEqual({
    ...before.card,
    name: "新名",
    ...(before.card.lorebook === undefined ? {} : { lorebook: { ...before.card.lorebook, id: "card:新名" } }),
  })
  expect(after.document.text).toBe(
    before.document.text.replace(/("data"\s*:\s*\{[\s\S]*?"name"\s*:\s*)"(?:米拉|N)"/u, '$1"新名"'),
  )
  expect(resolveAssets(after).map((one) => one.bytes?.length)).toEqual(
    resolveAssets(before).map((one) => one.bytes?.length),
  )
})

test("an edit of a picture keeps its other chunks, and reaches the older card beside", () => {
  const bytes = sample("v3.png")
  const edited = writeCard(editCard(readCard(bytes), [{ path: ["data", "scenario"], value: "海" }]))
  const typesOf = (one: Uint8Array) => readChunks(one).chunks.map((chunk) => chunk.type)
  expect(typesOf(edited)).toEqual(typesOf(bytes))
  expect(readCard(edited).notices.map((one) => one.code)).toEqual(readCard(bytes).notices.map((one) => one.code))
  const replaced = writeCard(replaceDocument(readCard(bytes), parseJson(JSON.stringify(v1Card))))
  expect(readCard(replaced).card).toMatchObject({ name: "Old Pell", version: 1 })
})

test("the view of a card has what the specification names", () => {
  const { card, notices } = readCard(sample("v3.json"))
  expect(notices).toEqual([])
  expect(card).toMatchObject({
    version: 3,
    name: "米拉",
    nickname: "小米",
    greeting: "你也看见雾了？",
    alternateGreetings: ["又是你。", "Hello."],
    groupOnlyGreetings: ["大家好。"],
    characterVersion: "1.10",
    creatorNotesByLanguage: { en: "Our own.", zh: "自写。" },
    createdAt: 1_700_000_000,
    modifiedAt: 0,
    depthPrompt: { text: "记住雾。", depth: 3, role: "system" },
    lorebook: {
      scanDepth: 3,
      tokenBudget: 200,
      recursive: false,
      entries: [
        { keys: ["fog(gy)?"], usesRegex: true, decorators: { depth: 1, role: "user" }, content: "The fog hides." },
      ],
    },
  })
  expect(readCard(sample("v2.json")).card).toMatchObject({
    version: 2,
    assets: [{ type: "icon", uri: "ccdefault:" }],
    lorebook: { entries: [{ place: "depth", depth: 2, probability: 80, usesRegex: false, id: "7" }] },
  })
})

test("what tools get wrong is mended and told", () => {
  const { card, notices } = readCard(sample("odd.json"))
  expect(card).toMatchObject({
    name: "N",
    description: "海",
    tags: ["a", "b"],
    characterVersion: "2",
    alternateGreetings: [],
  })
  expect(notices.map((one) => one.code)).toEqual(["wrong_types"])
  expect(readCard(encode('{"char_name":"A","char_persona":"b","char_greeting":"hi"}')).card).toMatchObject({
    version: 1,
    name: "A",
    description: "b",
    greeting: "hi",
  })
  expect(
    readCard(encode('{"spec":"chara_card_v3","spec_version":"3.7","name":"A"}')).notices.map((one) => one.code),
  ).toEqual(["newer_version", "data_missing"])
})

test("version 3 wins over version 2 in one picture, and it is told", () => {
  const { card, notices } = readCard(
    picture([
      ["tEXt", "ccv3", base64(v3Card)],
      ["tEXt", "chara", base64({ ...v2Card, data: { ...v2Card.data, name: "older" } })],
    ]),
  )
  expect(card).toMatchObject({ version: 3, name: "米拉" })
  expect(notices).toMatchObject([{ code: "versions_differ" }])
  expect(notices[0]?.text.en).toContain("name")
  const broken = readCard(
    picture([
      ["tEXt", "ccv3", "?!"],
      ["tEXt", "chara", base64(v2Card)],
    ]),
  )
  expect(broken.card.version).toBe(2)
  expect(broken.notices.map((one) => one.code)).toEqual(["chunk_unreadable"])
})

test("voice examples come from the sample dialogue", () => {
  const { card } = readCard(sample("v3.json"))
  expect(voiceExamples(card, { user: "Tom" })).toEqual([
    [
      { who: "user", text: "灯为什么亮着？" },
      { who: "character", text: "因为还有人没回来。\n她没有看你。" },
    ],
    [
      { who: "character", text: "The lamp is mine." },
      { who: "user", text: "Why?" },
    ],
  ])
  const talk = (exampleDialogue: string) => voiceExamples({ ...card, exampleDialogue }, { user: "Tom" })
  expect(talk("小米: 嗯。\nTom: {{char}}?\nAnna Bell: Yes.\nHe said to me: no, 7:30.")).toEqual([
    [
      { who: "character", text: "嗯。" },
      { who: "user", text: "小米?" },
      { who: "other", name: "Anna Bell", text: "Yes.\nHe said to me: no, 7:30." },
    ],
  ])
  expect(talk("I keep the lamp.")).toEqual([[{ who: "character", text: "I keep the lamp." }]])
  expect(talk("<START>\n<start>\n{{user}}: hello")).toEqual([])
})

test("between versions what version 2 lacks is kept aside, named, and put back", () => {
  const file = readCard(sample("v3.json"))
  const down = convertCard(file, { format: "json", version: 2 })
  expect(down.lost.map((one) => [one.what, one.how])).toEqual([
    ["nickname, source, group_only_greetings, creation_date, assets", "kept_aside"],
    ["creator_notes_multilingual", "kept_aside"],
    ["decorators", "kept_aside"],
    ["use_regex", "kept_aside"],
  ])
  const two = readCard(down.bytes)
  expect(two.card).toMatchObject({ version: 2, lorebook: { entries: [{ content: "The fog hides.", decorators: {} }] } })
  expect(rawOf(two).data["future_field"]).toEqual({ kept: true })
  const up = convertCard(two, { format: "json", version: 3 })
  expect(up.lost).toEqual([])
  expect(valueOf(readCard(up.bytes).document.root)).toEqual(v3Card)
})

test.each(["v1.json", "v2.json", "v3.json", "v2.png", "v3.png", "packed.png", "unpadded.png", "card.charx"])(
  "%s converted to what it is gives the same bytes",
  (name) => {
    const file = readCard(sample(name))
    const made = convertCard(file, { format: file.container.format, version: file.card.version })
    expect(Buffer.compare(made.bytes, sample(name))).toBe(0)
    expect(made.lost).toEqual([])
  },
)

test("version 1 becomes 2 and 3 with all that it holds", () => {
  for (const version of [2, 3] as const) {
    const made = readCard(convertCard(readCard(sample("v1.json")), { format: "json", version }).bytes)
    expect(made.card).toMatchObject({ version, name: "Old Pell", exampleDialogue: v1Card.mes_example })
    expect(rawOf(made).data["extensions"]).toEqual({
      "daydream/v1": { avatar: "none", chat: "Old Pell - 2", talkativeness: "0.5" },
    })
  }
})

test("pictures and assets go from file to file, and what stays behind is named", () => {
  const archive = readCard(sample("card.charx"))
  const toPng = convertCard(archive, { format: "png", version: 3 })
  expect(toPng.lost.map((one) => one.what)).toEqual(["files"])
  const inPng = readCard(toPng.bytes)
  expect(inPng.notices).toEqual([])
  expect(resolveAssets(inPng).map((one) => one.place)).toEqual(["picture", "embedded", "remote"])
  const back = readCard(convertCard(inPng, { format: "charx", version: 3 }).bytes)
  expect(resolveAssets(back).map((one) => one.place)).toEqual(["embedded", "embedded", "remote"])
  expect(Buffer.compare(resolveAssets(back)[1]?.bytes as Uint8Array, plainPicture("smile"))).toBe(0)
  expect(convertCard(archive, { format: "json", version: 3 }).lost.map((one) => one.what)).toEqual(["assets", "files"])
  expect(convertCard(readCard(sample("v2.png")), { format: "json", version: 2 }).lost.map((one) => one.what)).toEqual([
    "picture",
  ])
  expect(codeOf(() => convertCard(archive, { format: "charx", version: 2 }))).toBe("card_conversion_unknown")
  expect(codeOf(() => convertCard(archive, { format: "png", version: 3, picture: encode("gif") }))).toBe(
    "card_image_not_png",
  )
})

test("a card exported to PNG is read by programs that know version 2 alone", () => {
  const { bytes } = convertCard(readCard(sample("v3.json")), { format: "png", version: 3 })
  const chunk = readChunks(bytes).chunks.find((one) => Buffer.from(one.data).toString("latin1").startsWith("chara\0"))
  const older = JSON.parse(
    Buffer.from(Buffer.from(chunk?.data.subarray(6) as Uint8Array).toString("latin1"), "base64").toString("utf8"),
  ) as typeof v2Card
  expect(older.spec).toBe("chara_card_v2")
  expect(older.data.creator_notes).toContain("version 3")
})

test("world files and books become one another", () => {
  const file = readLorebookFile(sample("world.json"))
  const asBook = convertLorebook(file, "book")
  expect(asBook.lost).toEqual([])
  const book = readLorebookFile(asBook.bytes)
  expect(book.lorebook.entries.map((one) => ({ ...one, id: "" }))).toEqual(
    file.lorebook.entries.map((one) => ({ ...one, id: "" })),
  )
  const again = JSON.parse(new TextDecoder().decode(convertLorebook(book, "world").bytes)) as typeof world
  expect(again).toMatchObject({
    name: world.name,
    note: "kept",
    entries: {
      "0": { key: world.entries["0"].key, selectiveLogic: 2, odd: "yes", sticky: 2 },
      "1": { uid: 3, disable: true },
    },
  })
  const lost = convertLorebook(readLorebookFile(sample("lorebook.json")), "world")
  expect(lost.lost.map((one) => one.what)).toEqual(["scan_depth, token_budget, recursive_scanning"])
  expect(JSON.parse(new TextDecoder().decode(lost.bytes)).entries["0"].key).toEqual(["/fog(gy)?/"])
})

test("an edit of a book or a chat changes one place", () => {
  const edited = writeLorebookFile(
    editLorebookFile(readLorebookFile(sample("world.json")), [{ path: ["entries", "0", "content"], value: "新" }]),
  )
  expect(new TextDecoder().decode(edited)).toBe(
    new TextDecoder().decode(sample("world.json")).replace("塔高三十步。", "新"),
  )
  const chat = readChat(sample("chat-windows.jsonl"))
  expect(new TextDecoder().decode(writeChat(editChat(chat, 3, [{ path: ["mes"], value: "没有。" }])))).toBe(
    new TextDecoder().decode(sample("chat-windows.jsonl")).replace("看见了。", "没有。"),
  )
})

test("a chat is read with its names, alternatives and hidden remarks; bad lines are told and kept", () => {
  const chat = readChat(sample("chat.jsonl"))
  expect(chat).toMatchObject({ userName: "Tom", characterName: "米拉", notices: [] })
  expect(chat.messages.map((one) => [one.isUser, one.isSystem, one.alternatives.length])).toEqual([
    [false, false, 2],
    [true, false, 0],
    [false, true, 0],
  ])
  const bad = readChat(encode(`not json\n${new TextDecoder().decode(sample("chat.jsonl"))}{"half":`))
  expect(bad.notices[0]?.text.en).toContain("2 of 6 lines")
})

test("harmful and broken files are refused with a message", () => {
  const bomb = deflateSync(new Uint8Array(60 * 2 ** 20))
  const packed = writeChunk("zTXt", joinBytes([encode("chara\0"), Uint8Array.of(0), bomb]))
  const plain = plainPicture("x")
  const withChunk = (chunk: Uint8Array) => joinBytes([plain.subarray(0, -12), chunk, plain.subarray(-12)])
  expect(codeOf(() => readCard(withChunk(packed)))).toBe("card_text_unreadable")
  expect(codeOf(() => readCard(plain))).toBe("card_not_in_image")
  const wrongSum = Uint8Array.from(sample("v2.png"))
  wrongSum[wrongSum.length - 20] = (wrongSum[wrongSum.length - 20] as number) ^ 1
  expect(codeOf(() => readCard(wrongSum))).toBe("card_png_damaged")
  expect(codeOf(() => readCard(sample("v2.png").subarray(0, 60)))).toBe("card_not_in_image")
  expect(codeOf(() => readCard(new Uint8Array(70 * 2 ** 20)))).toBe("card_too_large")
  expect(codeOf(() => readCard(encode("[".repeat(1_000_000))))).toBe("card_unknown_format")
  expect(codeOf(() => readCard(encode(`{"a":${"[".repeat(1_000_000)}`)))).toBe("card_json_too_much")
  expect(codeOf(() => readCard(encode('{"a":1}')))).toBe("card_lacks_name")
  expect(codeOf(() => readCard(encode("GIF89a")))).toBe("card_unknown_format")
  expect(codeOf(() => readCard(new Uint8Array(0)))).toBe("card_unknown_format")
  const big = writeZip([{ path: "card.json", bytes: new Uint8Array(40 * 2 ** 20) }])
  expect(codeOf(() => readCard(big))).toBe("card_too_large")
  expect(codeOf(() => readCard(writeZip([{ path: "a.txt", bytes: encode("x") }])))).toBe("card_zip_damaged")
})

test("archives that lie are refused", () => {
  const bytes = charx()
  const record = readZip(bytes).entries[0] as { record: Uint8Array }
  const change = (offset: number, value: number) => {
    const copy = Uint8Array.from(bytes)
    new DataView(copy.buffer).setUint32(record.record.byteOffset - bytes.byteOffset + offset, value, true)
    return copy
  }
  expect(
    codeOf(() => readCard(change(24, 10))),
    "a smaller size than it has",
  ).toBe("card_zip_damaged")
  expect(codeOf(() => readCard(change(24, 0xfffffff0)))).toBe("card_too_large")
  expect(
    codeOf(() => readCard(change(16, 1))),
    "a wrong checksum",
  ).toBe("card_zip_damaged")
  expect(codeOf(() => readCard(change(42, 0xffffff)))).toBe("card_zip_damaged")
  expect(codeOf(() => readCard(change(20, 0x7fffffff)))).toBe("card_zip_damaged")
  expect(codeOf(() => readCard(change(8, 0x08_0001)))).toBe("card_zip_damaged")
})

test("paths of assets never leave their folder", () => {
  const evil = {
    ...v3Card,
    data: {
      ...v3Card.data,
      assets: [
        { type: "../../etc", uri: "data:image/png;base64,AAAA", name: "../../../passwd", ext: "../sh" },
        { type: "icon", uri: "embeded://../../x", name: "CON", ext: "png" },
      ],
    },
  }
  const read = readCard(encode(JSON.stringify(evil)))
  expect(resolveAssets(read).map((one) => one.place)).toEqual(["data", "missing"])
  const made = readZip(
    convertCard(readCard(charx(evil)), { format: "charx", version: 3, picture: plainPicture("p") }).bytes,
  )
  for (const { path } of made.entries)
    expect(path).toMatch(/^(?:card\.json|module\.own|assets\/[\p{L}\p{N}_-]+\/\w+\/[\p{L}\p{N}_.-]+)$/u)
})

test("pretty JSON says the same", () => {
  const document = parseJson(new TextDecoder().decode(sample("odd.json")))
  expect(formatJson(document)).toContain('"10": 1.0,\n    "2": 1e3')
  expect(JSON.parse(formatJson(document))).toEqual(JSON.parse(document.text))
})

test("any card goes through every format and version and back with its fields", () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom("a", "龙", "😀", '"', "\\", "\n", "{{char}}", "@@depth 1"),
      fc.string({ minLength: 1, maxLength: 1, unit: "binary" }),
    ),
    maxLength: 12,
  })
  const data = fc.record({
    name: text,
    description: text,
    personality: text,
    scenario: text,
    first_mes: text,
    mes_example: text,
    creator_notes: text,
    system_prompt: text,
    post_history_instructions: text,
    alternate_greetings: fc.array(text, { maxLength: 2 }),
    tags: fc.array(text, { maxLength: 2 }),
    creator: text,
    character_version: text,
    extensions: fc.dictionary(fc.constantFrom("a", "b/c"), fc.jsonValue({ maxDepth: 2 })),
    group_only_greetings: fc.array(text, { maxLength: 2 }),
    nickname: text,
    unknown: fc.jsonValue({ maxDepth: 2 }),
    character_book: fc.record({
      extensions: fc.constant({}),
      entries: fc.array(
        fc.record({
          keys: fc.array(text, { maxLength: 2 }),
          content: text,
          extensions: fc.constant({}),
          enabled: fc.boolean(),
          insertion_order: fc.integer(),
          use_regex: fc.boolean(),
        }),
        { maxLength: 3 },
      ),
    }),
  })
  fc.assert(
    fc.property(data, (fields) => {
      const plain = JSON.parse(
        JSON.stringify({ spec: "chara_card_v3", spec_version: "3.0", data: fields }).replaceAll("__proto__", "proto"),
      ) as Record<string, unknown>
      let file = readCard(encode(JSON.stringify(plain)))
      for (const [format, version] of [
        ["json", 2],
        ["png", 2],
        ["png", 3],
        ["json", 3],
      ] as const)
        file = readCard(convertCard(file, { format, version }).bytes)
      expect(valueOf(file.document.root)).toEqual(plain)
    }),
    { numRuns: 150 },
  )
})
