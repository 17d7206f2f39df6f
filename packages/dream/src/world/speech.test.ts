import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { checkSpeech, createWorld, requireWorld } from "./index.ts"
import { readNumber } from "./number-claims.ts"

const definition = requireWorld(
  ["world.yaml", "plot.yaml"].map((name) => ({
    name,
    text: readFileSync(new URL(`example/${name}`, import.meta.url), "utf8"),
  })),
)
const kinds = (text: string, language: "en" | "zh") =>
  checkSpeech(createWorld(definition), "luo", text, language).map(({ kind, text: found }) => `${kind}: ${found}`)

describe("an ordinary sentence passes (en)", () => {
  test.each([
    "Good evening, stranger.",
    "The fog came in at six. I told Mrs Wen so.",
    "I'm human enough to be tired.",
    "Being a bit of a fool, I rowed out.",
    "Luo? That's me.",
    "On Tuesday the ferry does not run.",
    '"Hold the rope," I said. "Hold it!"',
    "Well, I never. Oh God, the lamp!",
    "No. Never. Not tonight.",
    "I was trained to row by my father.",
    "My developers? What is that?",
    "It was a bot... a boat, I mean.",
    "Hush — There is somebody.",
    "You should ask Wen: She knows.",
    "The Ferry Inn is closed.",
    "I am not an angel.",
    "As a boy I swam here.",
    "I am a real fisherman.",
    "Ah, I am just a boatman.",
    "God knows, Mister.",
    "He said, 'Leave it be.'",
    "I've rowed since Christmas.",
  ])("%s", (text) => {
    expect(kinds(text, "en")).toEqual([])
  })
})

describe("an invented name, or a claim to be a machine or a human, is found (en)", () => {
  test.each([
    "I saw Margaret at the jetty.",
    "I am an AI.",
    "I'm just a language model.",
    "As a language model, I can't.",
    "I am a human being like you.",
    "I was created by OpenAI.",
    "Old Tom told me so.",
    "Ask Dr. Hale.",
    "I met John Smith.",
    "John Smith drank here.",
    "We sailed to Ravensmouth.",
  ])("%s", (text) => {
    expect(kinds(text, "en")).not.toEqual([])
  })
})

describe("an ordinary sentence passes (zh)", () => {
  test.each([
    "晚上好，客人。",
    "雾是六点来的，我告诉了老板娘。",
    "我是人，也会累。",
    "小时候我在这里游泳。",
    "你叫醒了他吗？",
    "老实说，我不知道。",
    "我是罗三，撑船的。",
    "这里只有我一个人。",
    "高兴什么？",
    "我叫你别去。",
    "路上小心，马上就到。",
    "别连累了文掌柜。",
    "那把椅子是我做的，很结实。",
    "我不是什么好人。",
    "我只是个撑船的。",
    "钱先生们都爱。",
    "何必呢？方才的事就算了。",
    "老马识途嘛。",
    "老高了，那浪。",
    "金老板娘不在。",
    "金",
    "",
    "我是真的不知道。",
    "小孙子睡了。",
    "我是人工扛上来的。",
  ])("%s", (text) => {
    expect(kinds(text, "zh")).toEqual([])
  })
})

describe("an invented name, or a claim to be a machine or a human, is found (zh)", () => {
  test.each([
    "我是AI。",
    "作为一个人工智能，我无法划船。",
    "我其实是一个语言模型。",
    "我是真人。",
    "我是个真人，不骗你。",
    "我不是机器人。",
    "我是人类。",
    "去问王大夫。",
    "有个叫做李建国的人来过。",
    "他名叫赵云飞。",
    "老张说过。",
    "约翰·史密斯来过。",
    "我是被训练出来的。",
    "我见过 Margaret。",
    "我是由阿里云开发的。",
  ])("%s", (text) => {
    expect(kinds(text, "zh")).not.toEqual([])
  })
})

test.each([
  ["12", 12],
  ["twenty", 20],
  ["no", 0],
  ["十", 10],
  ["十二", 12],
  ["二十", 20],
  ["两百零五", 205],
  ["九十九", 99],
  ["〇", 0],
  ["许多", null],
  ["", null],
])("the number %s", (text, value) => {
  expect(readNumber(text)).toBe(value)
})
