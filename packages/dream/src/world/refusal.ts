/** Why the world does not do what was proposed. */
import type { Localized } from "@daydream/engine/language"
import type { Finding } from "./speech.ts"

const messages = {
  malformed: { en: "The input has not the form of one.", zh: "输入的格式不对。" },
  journal_moved: {
    en: "The journal has moved on since this was decided.",
    zh: "在作出这个决定之后，日志已经有了新的记录。",
  },
  time_runs_back: { en: "The input lies before what has already happened.", zh: "输入的时间早于已经发生的事。" },
  unknown_actor: { en: "There is no such character.", zh: "没有这个角色。" },
  off_stage: { en: "The character is nowhere.", zh: "这个角色此刻不在场。" },
  busy: { en: "The character is still busy.", zh: "这个角色还在忙。" },
  move_closed: { en: "This move is not open now.", zh: "现在不能这样做。" },
  feeling_unknown: { en: "The world has no such feeling.", zh: "这个世界里没有这种情绪。" },
  speech_refused: { en: "This cannot be said.", zh: "这话不能说。" },
  impossible: { en: "What would follow cannot happen.", zh: "由此产生的结果不可能发生。" },
} as const satisfies Readonly<Record<string, Localized>>

export type RefusalCode = keyof typeof messages

/** A refusal is a value: nothing has happened. */
export interface Refusal {
  readonly code: RefusalCode
  readonly message: Localized
  /** Of a refused speech: what stands in it. */
  readonly findings: readonly Finding[]
}

/** The refusal for `code`. */
export const refuse = (code: RefusalCode, findings: readonly Finding[] = []): { readonly refusal: Refusal } => ({
  refusal: { code, message: messages[code], findings },
})
