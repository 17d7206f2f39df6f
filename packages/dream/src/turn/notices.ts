/** What the interface says in a turn, outside the fiction. */
import { crisisHelp, natureNotice } from "../safety/index.ts"
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
  nature: natureNotice,
  crisis: crisisHelp,
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
