/** What a player typed: a command of the program, a suggestion's number, or words and deeds in the story. */
import type { PlayerInput } from "@daydream/dream/turn"
import type { SessionState } from "@daydream/dream/protocol"

/** Commands by every name that they have. */
const names = {
  help: ["help", "h", "?", "帮助"],
  quit: ["quit", "exit", "q", "退出"],
  look: ["look", "l", "看", "查看"],
  save: ["save", "存档", "保存"],
  load: ["load", "读档"],
  saves: ["saves", "档案", "存档列表"],
  rewind: ["rewind", "undo", "back", "回退", "悔棋"],
  retry: ["retry", "again", "重试"],
  branch: ["branch", "分支"],
  recap: ["recap", "回顾", "前情"],
  memory: ["memory", "memories", "记忆"],
  pin: ["pin", "记住"],
  unpin: ["unpin", "取消记住"],
  edit: ["edit", "改写"],
  forget: ["forget", "忘记"],
  like: ["like", "喜欢"],
  dislike: ["dislike", "不喜欢"],
  report: ["report", "举报"],
  transcript: ["transcript", "文稿"],
  export: ["export", "导出"],
  wait: ["wait", "w", "等待", "等"],
  why: ["why", "为什么"],
} as const

export type CommandName = keyof typeof names

/** A line, understood. */
export type ReadLine =
  | { readonly kind: "command"; readonly name: CommandName; readonly rest: string }
  | { readonly kind: "input"; readonly input: PlayerInput }
  | { readonly kind: "nothing" }
  | { readonly kind: "unknown"; readonly text: string }

const byName = new Map<string, CommandName>(
  Object.entries(names).flatMap(([name, all]) => all.map((one) => [one, name as CommandName] as const)),
)

/** Every name of a command, for the help. */
export const namesOf = (name: CommandName): readonly string[] => names[name]

/** Reads `line` where `state` is what the player sees. Full-width digits, slashes and spaces count as their plain forms. */
export function readLine(line: string, state: SessionState): ReadLine {
  const text = line.normalize("NFC").trim()
  const plain = text.normalize("NFKC").trim()
  if (plain === "") return state.canContinue ? { kind: "input", input: { kind: "continue" } } : { kind: "nothing" }
  if (plain.startsWith("/")) {
    const [, word = "", rest = ""] = /^\/\s*(\S*)\s*(.*)$/su.exec(plain) ?? []
    const name = byName.get(word.toLowerCase())
    return name === undefined ? { kind: "unknown", text: word } : { kind: "command", name, rest }
  }
  if (/^\d{1,2}$/u.test(plain)) {
    const suggestion = state.suggestions[Number(plain) - 1]
    if (suggestion !== undefined) return { kind: "input", input: { kind: "take", option: suggestion.option } }
  }
  const addressed = /^[@＠]\s*(\S+?)[\s,，:：]+(.+)$/su.exec(text)
  const to = addressed === null ? undefined : state.characters.find(({ id, name }) => id === addressed[1] || name === addressed[1])
  if (to !== undefined && addressed !== null) return { kind: "input", input: { kind: "say", text: addressed[2] ?? "", to: to.id } }
  return { kind: "input", input: { kind: "say", text } }
}
