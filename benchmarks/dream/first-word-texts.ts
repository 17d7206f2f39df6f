/** What `first-word.ts` has read: a world and personas of a stated length, and what a player may mean. */
import type { Language } from "@daydream/engine/language"

export const characters: readonly Readonly<Record<Language, string>>[] = [
  { en: "Mara", zh: "玛拉" }, { en: "Tom", zh: "老汤" }, { en: "Wen", zh: "文掌柜" }, { en: "Luo", zh: "洛船长" },
  { en: "Ines", zh: "伊内斯" }, { en: "Bo", zh: "阿波" }, { en: "Hale", zh: "赫尔" },
]

const traits: Readonly<Record<Language, readonly string[]>> = {
  en: ["speaks in short sentences", "never looks at the sea while speaking", "counts the ships", "hums an old song", "keeps a dry coat for guests", "hates the smell of oil"],
  zh: ["说话很短", "说话时从不看海", "喜欢数过往的船", "常哼一支老歌", "总替客人留着一件干外套", "讨厌灯油的味道"],
}

const world: Readonly<Record<Language, (at: number) => string>> = {
  en: (at) => `On day ${at + 1} of the storm the ${["north", "south", "east", "west"][at % 4]} path is ${["open", "under water", "blocked by stones"][at % 3]}, and ${["the ferry lies in the bay", "nobody comes from the village", "two boats are missing", "the lamp burns low"][at % 4]}.`,
  zh: (at) => `风暴第${at + 1}天，${["北", "南", "东", "西"][at % 4]}边的小路${["还能走", "被水淹了", "被落石堵住了"][at % 3]}，${["渡船停在湾里", "村里没有人来", "有两条船还没回来", "灯塔的灯烧得很暗"][at % 4]}。`,
}

/** Tokens of this model's a sentence of the world takes, about. */
const tokensOfSentence: Readonly<Record<Language, number>> = { en: 22.2, zh: 20.8 }

/** World and persona of about so many tokens; each character's differs from its first words on. */
export function personaOf(character: number, language: Language, tokens: number): string {
  const name = characters[character]?.[language] ?? ""
  const own = traits[language].map((trait) => (language === "zh" ? `${name}${trait}。` : `${name} ${trait}.`))
  const count = Math.max(1, Math.round((tokens - 150) / tokensOfSentence[language]))
  return [...own, ...Array.from({ length: count }, (_, at) => world[language](at))].join(language === "zh" ? "" : " ")
}

const topics: Readonly<Record<Language, readonly (readonly string[])[]>> = {
  en: [
    ["Ask about the lamp", "What happened to the lamp?", "Why did the light go out?", "Is the lamp broken?", "Who tends the light?"],
    ["Ask about the ferry", "When does the ferry leave?", "Can I cross today?", "Where is the boat?", "Who steers the ferry?"],
    ["Ask for something to eat", "I am hungry.", "Is there any soup?", "Could I have some bread?", "What is for dinner?"],
    ["Ask about the brother", "Where is your brother?", "Do you have family?", "Who else lived here?", "Tell me about him."],
    ["Ask about the storm", "How long will the storm last?", "Is it always this windy?", "Will it rain?", "When does the weather turn?"],
    ["Say goodbye", "I have to go.", "Good night.", "See you tomorrow.", "Farewell."],
  ],
  zh: [
    ["问灯的事", "灯怎么了？", "灯为什么熄了？", "灯坏了吗？", "是谁看着灯？"],
    ["问渡船", "渡船什么时候开？", "今天能过河吗？", "船在哪里？", "谁来开船？"],
    ["要点吃的", "我饿了。", "有汤吗？", "能给我点面包吗？", "晚饭吃什么？"],
    ["问她弟弟", "你弟弟在哪里？", "你有家人吗？", "这里还住过谁？", "跟我说说他。"],
    ["问风暴", "风暴还要多久？", "这里总是这么大风吗？", "会下雨吗？", "天什么时候放晴？"],
    ["告别", "我该走了。", "晚安。", "明天见。", "再会。"],
  ],
}

/** What is open to the player. */
export const options = (language: Language) =>
  topics[language].map(([name = "", ...examples], at) => ({
    key: `topic:${at}`, kind: "topic" as const, character: null, name, examples, patterns: [], isSuggested: true,
  }))

/** What the player says, a turn each. */
export const said: Readonly<Record<Language, readonly string[]>> = {
  en: ["So why was it dark up there last night?", "I would love a bite of something.", "Will I get to the other side before noon?", "What's become of your family?"],
  zh: ["昨晚上面怎么一片漆黑？", "有没有什么能垫垫肚子的？", "中午以前我能到对岸吗？", "你家里人后来怎么样了？"],
}

/** How everybody words a note. */
export const voices: Readonly<Record<Language, readonly { readonly note: string; readonly line: string }[]>> = {
  en: [
    { note: "she does not want to talk about it", line: "Not tonight. Drink your tea." },
    { note: "she asks the guest to stay", line: "Stay. The path is no good in the dark." },
    { note: "she is worried about the weather", line: "I do not like that sky." },
  ],
  zh: [
    { note: "她不想谈这件事", line: "今晚不说这个。喝茶吧。" },
    { note: "她请客人留下", line: "别走了，夜里路不好。" },
    { note: "她担心天气", line: "这天色，我看着不踏实。" },
  ],
}
