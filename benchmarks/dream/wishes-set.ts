/** Twenty wishes as people make them: cosy, funny, eerie, of other times and worlds, long, vague, oddly written. */
import type { Language } from "@daydream/engine/language"

export interface SetWish {
  readonly language: Language
  readonly wish: string
}

const zh = [
  "一个只在雾里开门的书店",
  "想回到小时候外婆家的小卖部，外婆还在柜台后面打瞌睡",
  "两只互相看不顺眼的猫，同住一条巷子",
  "太空站上最后一间面馆！！！",
  "唐朝长安，上元夜，一盏丢了的花灯……",
  "不要太吓人，但是要有一点点吓人的旧医院",
  "随便",
  "我叫阿宁，我的师父和师兄十年不说话了，我想让他们在我出师那天一起吃顿饭，哪怕只是一碗粥",
  "地铁末班车之后，还有一班车；车上卖记忆（真的）",
  "找一只会修钟的乌龟",
] as const

const en = [
  "a bookshop that opens only in fog",
  "Something cosy with tea, rain and a cat named Pudding.",
  "two lighthouse keepers who have not spoken since the war",
  "a space station where the gravity is repossessed for unpaid bills lol",
  "victorian london, a missing pocket watch, a very polite thief",
  "idk, surprise me",
  "A town where everybody's shadow left one morning --- and only the baker knows why (he won't say!!)",
  "My grandmother's village had a well that answered questions. I would like to go there once more, ask it one thing, and " +
    "find out why she never drank from it.",
  "creepy hotel",
  "Marco & Lucía run a circus together but only talk through the elephant",
] as const

export const setWishes: readonly SetWish[] = zh.flatMap((wish, index) => [
  { language: "zh", wish } as const, { language: "en", wish: en[index] ?? "" } as const,
])
