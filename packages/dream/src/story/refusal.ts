/** Why a story does not take an input: a value; the state stays as it was. */
import type { Localized } from "@daydream/engine/language"

const messages = {
  state_unreadable: (detail: string): Localized => ({ en: `The state of the story cannot be read${detail}.`, zh: `无法读取故事的状态${detail}。` }),
  other_story: (): Localized => ({ en: "The state belongs to another version of the story; resume it first.", zh: "此状态属于故事的另一个版本，请先用 resumeStory 恢复。" }),
  input_unknown: (): Localized => ({ en: "The story has no such input.", zh: "故事不接受这种输入。" }),
  choice_unknown: (detail: string): Localized => ({ en: `There is no such choice now; the story has ${detail}.`, zh: `此刻没有这个选项；现有 ${detail} 个。` }),
  choice_awaited: (): Localized => ({ en: "The story waits for a choice.", zh: "故事正在等待选择。" }),
  ended: (): Localized => ({ en: "The story has ended.", zh: "故事已经结束。" }),
  knot_closed: (knot: string): Localized => ({ en: `The knot "${knot}" cannot be entered from outside; tag it "# entry".`, zh: `不能从外部进入“${knot}”；请给它加上标签“# entry”。` }),
  endless_loop: (flow: string): Localized => ({ en: `The story runs in a circle in "${flow}" without reaching a choice or an end.`, zh: `故事在“${flow}”中不停循环，到不了选项或结局。` }),
  text_too_long: (flow: string): Localized => ({ en: `The story makes a text without end in "${flow}".`, zh: `故事在“${flow}”中生成了过长的文本。` }),
  calls_too_deep: (flow: string): Localized => ({ en: `The story calls itself too deeply in "${flow}".`, zh: `故事在“${flow}”中调用层数过多。` }),
  too_many_choices: (flow: string): Localized => ({ en: `The story offers more than 100 choices in "${flow}".`, zh: `故事在“${flow}”中给出的选项超过 100 个。` }),
  number_too_large: (): Localized => ({ en: "A number of the story has become too large.", zh: "故事里的某个数字过大。" }),
  ink_failed: (detail: string): Localized => ({ en: `The story has a fault here: ${detail}`, zh: `故事在此处出错：${detail}` }),
  world_failed: (detail: string): Localized => ({ en: `The world did not answer the story: ${detail}`, zh: `世界没有回应故事：${detail}` }),
} as const satisfies Readonly<Record<string, (detail: string) => Localized>>

export type StoryRefusalCode = keyof typeof messages

/** A refusal: nothing has happened. */
export interface StoryRefusal {
  readonly code: StoryRefusalCode
  readonly message: Localized
  /** The knot or stitch where a story failed. */
  readonly flow?: string
}

/** The refusal for `code`. */
export const refuseStory = (code: StoryRefusalCode, detail = ""): StoryRefusal =>
  ({ code, message: messages[code](detail) })
