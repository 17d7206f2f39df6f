/** Cards, books and chats of our own making, as the programs in the field write them. */
import { deflateSync } from "node:zlib"
import { joinBytes, plainPicture, writeChunk, writeText } from "./png/index.ts"
import { writeZip } from "./zip/index.ts"

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const base64 = (value: unknown, indent?: number): string =>
  Buffer.from(JSON.stringify(value, undefined, indent), "utf8").toString("base64")

export const v1Card = {
  name: "Old Pell",
  description: "Keeps the ferry.",
  personality: "slow",
  scenario: "a river",
  first_mes: "Crossing?",
  mes_example: "<START>\n{{user}}: Fare?\n{{char}}: Two coins.",
  avatar: "none",
  chat: "Old Pell - 2",
  talkativeness: "0.5",
}
export const v2Card = {
  spec: "chara_card_v2",
  spec_version: "2.0",
  name: "米拉",
  description: "守灯人。",
  data: {
    name: "米拉",
    description: "守灯人，{{char}}从不离开灯塔。",
    personality: "安静",
    scenario: "雾中的海岬",
    first_mes: "你也看见雾了？",
    mes_example:
      "<START>\n{{user}}：灯为什么亮着？\n{{char}}：因为还有人没回来。\n她没有看你。\n<START>\n{{char}}: The lamp is mine.\n{{user}}: Why?\n",
    creator_notes: "自写。",
    system_prompt: "{{original}}",
    post_history_instructions: "",
    alternate_greetings: ["又是你。", "Hello."],
    tags: ["灯塔", "sea"],
    creator: "us",
    character_version: "1.10",
    character_book: {
      name: "岬",
      scan_depth: 3,
      token_budget: 200,
      recursive_scanning: false,
      extensions: { own: 1 },
      entries: [
        {
          keys: ["灯"],
          secondary_keys: ["雾"],
          content: "灯每夜亮到天明。",
          extensions: {
            selectiveLogic: 0,
            position: 4,
            depth: 2,
            role: 0,
            probability: 80,
            useProbability: true,
            display_index: 0,
          },
          enabled: true,
          insertion_order: 10,
          selective: true,
          use_regex: true,
          id: 7,
          unknown_field: [1, 2],
        },
      ],
    },
    extensions: {
      depth_prompt: { prompt: "记住雾。", depth: 3, role: "system" },
      world: "岬",
      "other/tool": { n: 1.5, deep: { a: [null] } },
    },
  },
  create_date: "2025-1-2 @3h",
}
export const v3Card = {
  spec: "chara_card_v3",
  spec_version: "3.0",
  data: {
    ...v2Card.data,
    nickname: "小米",
    creator_notes_multilingual: { en: "Our own.", zh: "自写。" },
    source: ["https://example.org/mira"],
    group_only_greetings: ["大家好。"],
    creation_date: 1_700_000_000,
    modification_date: 0,
    assets: [
      { type: "icon", uri: "ccdefault:", name: "main", ext: "png" },
      { type: "emotion", uri: "embeded://assets/emotion/images/smile.png", name: "smile", ext: "png" },
      { type: "x_song", uri: "https://example.org/a.mp3", name: "song", ext: "mp3" },
    ],
    character_book: {
      ...v2Card.data.character_book,
      entries: [
        {
          keys: ["fog(gy)?"],
          content: "@@depth 1\n@@role user\nThe fog hides.",
          extensions: {},
          enabled: true,
          insertion_order: 5,
          use_regex: true,
          case_sensitive: true,
        },
      ],
    },
    future_field: { kept: true },
  },
}
export const world = {
  name: "岬的传说",
  note: "kept",
  entries: {
    "0": {
      uid: 0,
      key: ["灯塔", "/light(house)?/i"],
      keysecondary: ["夜"],
      comment: "塔",
      content: "塔高三十步。",
      constant: false,
      vectorized: false,
      selective: true,
      selectiveLogic: 2,
      addMemo: true,
      order: 100,
      position: 4,
      disable: false,
      excludeRecursion: true,
      preventRecursion: false,
      delayUntilRecursion: false,
      probability: 90,
      useProbability: true,
      depth: 4,
      group: "岬",
      groupOverride: false,
      groupWeight: 100,
      scanDepth: null,
      caseSensitive: null,
      matchWholeWords: null,
      automationId: "",
      role: 1,
      sticky: 2,
      cooldown: 1,
      delay: 0,
      displayIndex: 0,
      odd: "yes",
    },
    "3": { uid: 3, key: ["船"], content: "船沉在礁外。", disable: true, order: 50, position: 1 },
  },
}
export const chatText = [
  { user_name: "Tom", character_name: "米拉", create_date: "2025-1-2 @3h", chat_metadata: { note_depth: 4 } },
  {
    name: "米拉",
    is_user: false,
    is_system: false,
    send_date: "January 2, 2025 3:04am",
    mes: "你也看见雾了？",
    extra: {},
    swipes: ["你也看见雾了？", "又是你。"],
    swipe_id: 0,
  },
  { name: "Tom", is_user: true, send_date: 1_735_800_000_000, mes: "看见了。" },
  { name: "", is_user: false, is_system: true, mes: "note" },
]
  .map((line) => JSON.stringify(line))
  .join("\n")

/** A picture with texts before its end, as `[kind, keyword, text]`. */
export function picture(
  texts: readonly (readonly ["tEXt" | "zTXt" | "iTXt" | "iTXt-packed", string, string])[],
  name = "x",
): Uint8Array {
  const plain = plainPicture(name)
  const chunks = texts.map(([kind, keyword, text]) => {
    if (kind === "tEXt") return writeText(keyword, text)
    const head = encode(`${keyword}\0`)
    if (kind === "zTXt") return writeChunk("zTXt", joinBytes([head, Uint8Array.of(0), deflateSync(encode(text))]))
    const body = kind === "iTXt" ? encode(text) : deflateSync(encode(text))
    return writeChunk("iTXt", joinBytes([head, Uint8Array.of(kind === "iTXt" ? 0 : 1, 0), encode("zh\0卡\0"), body]))
  })
  return joinBytes([plain.subarray(0, -12), ...chunks, plain.subarray(-12)])
}

export const charx = (card: unknown = v3Card): Uint8Array =>
  writeZip([
    { path: "card.json", bytes: encode(JSON.stringify(card, undefined, 4)) },
    { path: "assets/emotion/images/smile.png", bytes: plainPicture("smile") },
    { path: "module.own", bytes: encode("data of another program") },
  ])

/** Every valid file that we make, by name. */
export const samples: Readonly<Record<string, Uint8Array>> = {
  "v1.json": encode(JSON.stringify(v1Card)),
  "v2.json": encode(`\uFEFF${JSON.stringify(v2Card, undefined, "\t")}\r\n`),
  "v3.json": encode(JSON.stringify(v3Card, undefined, 2)),
  "odd.json": encode(
    '{ "data":{"description" :"\\u6d77", "10":1.0, "2":1e3,"name":"N","tags":"a, b","character_version":2,"alternate_greetings":null,"__proto__":{"x":1}}, "spec":"chara_card_v2" }',
  ),
  "v2.png": picture([
    ["tEXt", "Software", "ours"],
    ["tEXt", "chara", base64(v2Card)],
  ]),
  "v3.png": picture([
    ["tEXt", "chara", base64(v2Card)],
    ["tEXt", "ccv3", base64(v3Card, 2)],
    ["tEXt", "chara-ext-asset_:assets/emotion/images/smile.png", Buffer.from("smile").toString("base64")],
  ]),
  "packed.png": picture([
    ["zTXt", "Chara", base64(v2Card)],
    ["iTXt-packed", "ccv3", base64(v3Card)],
  ]),
  "international.png": picture([["iTXt", "ccv3", JSON.stringify(v3Card)]]),
  "unpadded.png": picture([
    [
      "tEXt",
      "chara",
      `${base64(v1Card)
        .replaceAll("=", "")
        .match(/.{1,64}/gu)
        ?.join("\n")}`,
    ],
  ]),
  "card.charx": charx(),
  "behind-picture.charx": joinBytes([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2), charx()]),
  "world.json": encode(JSON.stringify(world, undefined, 4)),
  "lorebook.json": encode(JSON.stringify({ spec: "lorebook_v3", data: v3Card.data.character_book })),
  "chat.jsonl": encode(`${chatText}\n`),
  "chat-windows.jsonl": encode(chatText.replaceAll("\n", "\r\n")),
}
