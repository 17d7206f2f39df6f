/** What the interface says in a turn, outside the fiction. */
import type { Localized } from "@daydream/engine/language"

/** Why an input was not taken. */
export const refusals = {
  ended: { en: "This dream has ended.", zh: "这个故事已经结束了。" },
  not_begun: { en: "The dream has not begun yet.", zh: "故事还没有开始。" },
  begun_already: { en: "The dream has begun already.", zh: "故事已经开始了。" },
  player_unknown: { en: "This character is not played by anybody here.", zh: "这里没有可以扮演的这个角色。" },
  input_malformed: { en: "The input has not the form of one.", zh: "输入的格式不对。" },
  text_empty: { en: "Say something first.", zh: "请先说点什么。" },
  text_too_long: { en: "That is too much at once: at most 1,000 characters.", zh: "一次说得太多了，最多一千个字符。" },
  story_paused: { en: "The story is not done yet: let it go on first.", zh: "这一段还没有说完，请先继续。" },
  nothing_to_continue: { en: "There is nothing to go on with now.", zh: "现在没有可以继续的内容。" },
  option_closed: { en: "This is not open now.", zh: "现在不能这样做。" },
  not_here: { en: "Whom you speak to is not here.", zh: "你要找的人不在这里。" },
  story_failed: { en: "The story has a fault here and stays where it was.", zh: "故事在这里出了错，停在原处。" },
  wait_too_long: { en: "Nobody waits that long: at most a day at once.", zh: "等得太久了，一次最多一天。" },
} as const satisfies Readonly<Record<string, Localized>>

export type TurnRefusal = keyof typeof refusals

/** Honest answers of the interface. */
export const notices = {
  nature: {
    en: "You are playing with a computer program. The characters are not people: their lines were written by an author or worded by an AI model.",
    zh: "和你对话的是电脑程序，不是真人。角色的话由作者写成，或由人工智能模型措辞。",
  },
  crisis: {
    en: "The story waits. If you are thinking of hurting yourself, please talk to somebody now. In danger, call your local emergency number. "
      + "US: call or text 988. UK and Ireland: 116 123. China: 12356. Elsewhere: findahelpline.com. You matter, and there are people who will listen.",
    zh: "故事先停在这里。如果你正想伤害自己，请现在就和人说说话。情况紧急时请拨打 120 或 110；全国统一心理援助热线是 12356，全天有人接听。"
      + "在其他地区，可以在 findahelpline.com 找到当地的热线。你很重要，会有人愿意听你说。",
  },
} as const satisfies Readonly<Record<string, Localized>>

/** What is narrated where nothing was made out and the author gave nothing. */
export const nothingComes: Localized = { en: "Nothing comes of it.", zh: "什么也没有发生。" }

/** What a character is seen to do, where the world has no words for it. */
export const deeds = {
  comes: { en: "{who} comes.", zh: "{who}来了。" },
  leaves: { en: "{who} leaves.", zh: "{who}离开了。" },
  goes: { en: "You go.", zh: "你走了过去。" },
  waits: { en: "You wait.", zh: "你等了一会儿。" },
} as const satisfies Readonly<Record<string, Localized>>
