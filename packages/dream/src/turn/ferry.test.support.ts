/** A small dream as values, for the tests: the ferry inn of the world's example, with a cast and a story. */
import { readFileSync } from "node:fs"
import type { CastLine, CastMember, Dream, Freedom, Topic } from "../bundle/index.ts"
import { readLorebook } from "../lore/index.ts"
import { compileStory, storyNamesOf, storySpeakersOf } from "../story/index.ts"
import { readCondition, readEffects, requireWorld } from "../world/index.ts"
import type { WorldDefinition } from "../world/index.ts"
import type { Ports } from "./port.ts"
import { createWordChooser } from "./choose/index.ts"

const worldText = ["world.yaml", "plot.yaml"].map((name) =>
  ({ name, text: readFileSync(new URL(`../world/example/${name}`, import.meta.url), "utf8") }))

export const ferryWorld: WorldDefinition = requireWorld(worldText)

const ink = `VAR refusal = ""
-> opening
=== opening
雾里亮着一盏灯。
文掌柜：进来吧，外头冷。 # id: wen-come-in
* [坐到火边。 # example: 我去烤烤火]
  你坐到火边。 # pause
  火很旺。
* [我不坐。]
  你站着。
- 文掌柜：今晚没有船。
-> quiet
=== quiet
# rest
夜静了下来。
-> END
=== storm
# entry
风撞开了门。 # move: feel wen afraid
文掌柜：快把门关上！
* [好，我来关。]
  你关上了门。
* [不，让它开着。]
  雨飘了进来。
- -> quiet
=== confession
# entry
文掌柜：坐下，我都告诉你。 # content: death
* [听她说完。]
  # ending: truth
  你听她说完。
  -> END
* [走开。]
  -> quiet
`

const condition = (value: unknown) => readCondition(ferryWorld, value).condition ?? null
const effects = (value: unknown) => readEffects(ferryWorld, value).effects ?? []

/** A line as B's loader would make it. */
export const line = (id: string, zh: string, more: Partial<CastLine> = {}): CastLine =>
  ({ id, texts: { zh }, when: null, feeling: null, claims: [], content: null, ...more })

export const topic = (id: string, zh: { readonly name?: string; readonly examples?: readonly string[]; readonly patterns?: readonly string[] }, lines: readonly CastLine[], more: Partial<Topic> = {}): Topic => ({
  id, names: zh.name === undefined ? {} : { zh: zh.name }, examples: { zh: zh.examples ?? [] }, patterns: { zh: zh.patterns ?? [] },
  when: null, isOnce: false, effects: [], lines, note: null, enters: null, ...more,
})

export const wen: CastMember = {
  character: "wen", isMinor: false, freedom: "talk",
  persona: { zh: "你是文掌柜，渡口客栈的主人。话不多，心里有事。" },
  voice: { zh: [{ note: "她不想说", line: "客人，喝茶吧。" }, { note: "灯里没油了", line: "灯快没油了，省着点。" }, { note: "她高兴", line: "难得有人来。" }] },
  topics: [
    topic("lamp", { name: "问她灯的事", examples: ["灯怎么了", "这盏灯是谁的", "马灯里还有油吗", "为什么点着灯"], patterns: ["马灯...油"] }, [
      line("lamp/0", "灯是给渡船留的。"), line("lamp/1", "我说过了，给渡船留的。", { feeling: "angry" }),
    ]),
    topic("brother", { name: "问她弟弟的事", examples: ["你弟弟呢", "你有弟弟吗", "你家里还有谁", "你弟弟去哪儿了"] }, [
      line("brother/0", "我弟弟是在栈桥下淹死的。", { content: "death" }), line("brother/1", "别问这个。", { feeling: "afraid" }),
    ], { effects: effects([{ relate: { kind: "trust", from: "wen", to: "guest", add: 1 } }]) }),
    topic("confess", { name: "请她都说出来", examples: ["把一切都告诉我吧", "你说实话", "到底发生了什么", "我想听真相"] }, [line("confess/0", "好吧。")], {
      when: condition({ relation: { kind: "trust", from: "wen", to: "guest", atLeast: 3 } }), enters: "confession",
    }),
    topic("tea", { name: "要一杯茶", examples: ["有茶吗", "给我来杯茶", "我渴了", "能喝点热的吗"] }, [line("tea/0", "茶来了。")], {
      isOnce: true, note: { zh: "她给客人倒茶，说外面冷，喝点热的" },
    }),
  ],
  reactions: [{
    id: "hatch", when: condition({ fact: { id: "hatch_open" } }) ?? { op: "all", of: [] },
    effects: effects([{ feel: { who: "wen", feeling: "angry" } }]), lines: [line("hatch/0", "谁让你开的？")],
  }],
  habits: [],
  unclear: [line("unclear/0", "你说什么？"), line("unclear/1", "我听不明白。"), line("unclear/2", "客人说笑了。")],
  offWorld: [line("off/0", "那是什么东西？我没听过。")],
  nature: [line("nature/0", "我就是个开客栈的。")],
}

export const luo: CastMember = {
  character: "luo", isMinor: false, freedom: "select", persona: { zh: "你是罗三，摆渡的。" }, voice: {},
  topics: [topic("boat", { name: "问他船的事", examples: ["船什么时候开", "能送我过河吗", "今晚有船吗", "多少钱过河"] }, [
    line("boat/0", "渡口从来没有死过人。", { claims: [{ fact: "drowned", value: "nobody" }] }),
  ])],
  reactions: [], habits: [], unclear: [line("unclear/0", "啥？")], offWorld: [], nature: [],
}

/** The ferry inn, with whatever is changed of it. */
export function ferryDream(changes: Partial<Dream> = {}): Dream {
  const { story, findings } = compileStory([{ name: "story.ink", text: ink }], {
    names: storyNamesOf(ferryWorld), speakers: storySpeakersOf(ferryWorld), entries: ["storm", "confession"],
  })
  if (story === null) throw new Error(JSON.stringify(findings))
  return {
    id: "ferry", names: { zh: "渡口客栈" }, summary: { zh: "雾里的一夜。" }, author: "Daydream", languages: ["zh"], minutes: 5, rating: "everyone",
    contents: ["death"], players: ["guest"], secondsPerTurn: 60, freedom: "talk", world: ferryWorld, stories: { zh: story },
    cast: new Map([["wen", wen], ["luo", luo]]),
    scenes: [{ id: "storm", when: condition({ time: { after: "day 1 20:10" } }) ?? { op: "all", of: [] }, enters: "storm", isRepeated: false }],
    lore: [readLorebook({ name: "book", entries: [
      { keys: ["栈桥"], content: "栈桥是百年前修的。", enabled: true, insertion_order: 1, extensions: {} },
      { keys: ["弟弟"], content: "文掌柜的弟弟淹死在栈桥下。", enabled: true, insertion_order: 2, extensions: {} },
      { keys: [], content: "渡口在山脚。", enabled: true, constant: true, insertion_order: 0, extensions: {} },
    ], extensions: {} }, "book")],
    dials: new Map([["tone", { id: "tone", names: { zh: "语气" }, values: [{ value: "plain", names: { zh: "平淡" } }, { value: "dark", names: { zh: "阴沉" } }], starts: "plain", content: null }]]),
    unclear: { zh: ["只有风声。", "没有人应声。"] }, made: { by: "author" }, hash: "ferry-test", ...changes,
  }
}

/** `dream` with the same most freedom for everybody. */
export const withFreedom = (dream: Dream, freedom: Freedom): Dream => ({ ...dream, freedom })

export const authorOnly = (): Ports => ({ choose: createWordChooser() })
