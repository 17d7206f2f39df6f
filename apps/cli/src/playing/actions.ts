/** What a player asks of the program while playing: saves, going back, memories, files. */
import { createWriteStream } from "node:fs"
import { writeFile } from "node:fs/promises"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import type { Localized } from "@daydream/engine/language"
import type { Sessions } from "@daydream/dream/session"
import type { SessionEvent, SessionState } from "@daydream/dream/protocol"
import type { CommandContext } from "../frame/index.ts"
import { parseDuration } from "@daydream/dream/world"
import { playErrors } from "./errors.ts"
import { namesOf } from "./line.ts"
import type { CommandName } from "./line.ts"
import { traceLines } from "./trace.ts"
import type { PlayView } from "./view.ts"

/** A game under way. */
export interface Game {
  readonly context: CommandContext
  readonly sessions: Sessions
  readonly player: string
  readonly view: PlayView
  /** What the player sees now; a session's id changes with a branch. */
  state: SessionState
  /** Plays the events of a turn to the screen. */
  show(events: AsyncIterable<SessionEvent>): Promise<void>
  /** How the player likes this dream as its dials stand: −1 to 1. */
  rate(liked: number): Promise<void>
}

type Action = (game: Game, rest: string) => Promise<void>

const say = ({ context }: Game, en: string, zh: string) => context.print({ en, zh })

/** Another place in the story: shown afresh. */
function moveTo(game: Game, state: SessionState): void {
  game.state = state
  game.view.scene(state)
}

const held = (game: Game, rest: string) => {
  const [first = "", ...words] = rest.split(/\s+/u).filter((word) => word !== "")
  const other = game.state.characters.find(({ id, name }) => id === first || name === first)
  return { holder: other?.id ?? game.state.player.id, rest: other === undefined ? rest : words.join(" ") }
}

/** The `n`th of what `/memory` showed. */
async function memoryAt(game: Game, rest: string) {
  const { holder, rest: number } = held(game, rest)
  const [digits = "", ...words] = number.trim().split(/\s+/u)
  const all = await game.sessions.memories(game.state.session, game.player, holder)
  const found = all[Number(digits) - 1]
  if (found === undefined) say(game, `Which memory? /memory lists them; then give its number.`, "要处理哪一条记忆？先用 /memory 列出，再给出编号。")
  return found === undefined ? undefined : { holder, memory: found, words: words.join(" ") }
}

const writeNew = async (file: string, write: () => Promise<unknown>) => {
  try {
    await write()
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw playErrors.file_taken({ file }, error)
    throw error
  }
}

const descriptions: Readonly<Record<CommandName, Localized>> = {
  help: { en: "this list", zh: "显示这份列表" },
  look: { en: "look round", zh: "看看四周" },
  wait: { en: "let time pass: /wait 10m", zh: "等一会儿：/等待 10m" },
  save: { en: "keep this place under a name", zh: "以一个名字保存此刻" },
  saves: { en: "what was saved", zh: "列出存档" },
  load: { en: "go back to a saved place", zh: "回到某个存档" },
  rewind: { en: "take back the last turn, or so many", zh: "撤回上一步，或指定的步数" },
  retry: { en: "play the last turn again, otherwise", zh: "换一种方式重来上一步" },
  branch: { en: "go on in a copy; this one stays", zh: "另开一条线继续，原来的保留" },
  recap: { en: "what happened so far", zh: "回顾前情" },
  memory: { en: "what you, or somebody here, remembers", zh: "查看你或在场某人的记忆" },
  pin: { en: "keep a memory in mind: /pin 2", zh: "标记一条记忆：/记住 2" },
  unpin: { en: "no longer", zh: "取消标记" },
  edit: { en: "change the words of a memory: /edit 2 …", zh: "改写一条记忆：/改写 2 ……" },
  forget: { en: "forget a memory for good: /forget 2", zh: "永久忘记一条记忆：/忘记 2" },
  why: { en: "how the last answer came about", zh: "上一句回答是怎么来的" },
  like: { en: "more like this: your taste sets the dials of the next dream", zh: "喜欢这样的：你的口味会用来设置下一个梦境" },
  dislike: { en: "less like this", zh: "不喜欢这样的" },
  report: { en: "report the last text: /report why", zh: "举报上一段文字：/举报 原因" },
  transcript: { en: "write the story so far to a file, with its label", zh: "把至今的故事写入文件（含标识）" },
  export: { en: "write the whole session to a file", zh: "把整个会话写入文件" },
  quit: { en: "leave; the story is kept", zh: "离开，进度会保留" },
}

const shownCommands = Object.keys(descriptions) as CommandName[]

const actions: Readonly<Record<Exclude<CommandName, "quit">, Action>> = {
  async help(game) {
    game.context.table({
      columns: [{ title: { en: "command", zh: "命令" } }, { title: { en: "what it does", zh: "作用" } }],
      rows: shownCommands.map((name) => [
        namesOf(name).filter((_, index) => index === 0 || /\p{Script=Han}/u.test(namesOf(name)[index] ?? "")).map((one) => `/${one}`).join(" "),
        game.context.text(descriptions[name]),
      ]),
    })
    say(game, "Everything else is said or done in the story; a number takes a suggestion; @name … speaks to one person.",
      "其他输入都会成为故事里的话或动作；输入编号可选用建议；“@名字 ……”对某人说话。")
  },
  async look(game) {
    game.view.scene(game.state)
    for (const { text, certainty } of game.state.knows.slice(0, 12))
      game.context.print(`  · ${text}${certainty === "certain" ? "" : game.context.text({ en: ` (${certainty})`, zh: certainty === "hearsay" ? "（听说）" : "（传闻）" })}`)
  },
  async wait(game, rest) {
    const seconds = rest === "" ? undefined : parseDuration(rest)
    if (rest !== "" && (seconds === undefined || seconds === null)) return say(game, "How long? For example /wait 10m.", "等多久？例如 /等待 10m。")
    await game.show(game.sessions.play({
      session: game.state.session, player: game.player, expects: game.state.turns,
      input: { kind: "wait", ...(seconds === undefined || seconds === null ? {} : { seconds }) },
    }))
  },
  async save(game, rest) {
    const name = rest === "" ? game.context.text({ en: "quick", zh: "快速存档" }) : rest
    const slot = await game.sessions.save(game.state.session, game.player, name)
    say(game, `Saved as "${slot.name}" (turn ${slot.turn}).`, `已存为“${slot.name}”（第 ${slot.turn} 步）。`)
  },
  async saves(game) {
    const all = await game.sessions.saves(game.state.session)
    if (all.length === 0) return say(game, "Nothing is saved yet: /save name.", "还没有存档：/存档 名字。")
    for (const { name, turn, savedAt } of all) game.context.print(`  ${name}  ${turn}  ${savedAt.slice(0, 16).replace("T", " ")}`)
  },
  async load(game, rest) {
    const name = rest === "" ? game.context.text({ en: "quick", zh: "快速存档" }) : rest
    moveTo(game, await game.sessions.load(game.state.session, game.player, name))
  },
  async rewind(game, rest) {
    const steps = rest === "" ? 1 : Number(rest)
    if (!Number.isSafeInteger(steps) || steps < 1) return say(game, "How many turns? For example /rewind 2.", "撤回几步？例如 /回退 2。")
    // The opening stays.
    moveTo(game, await game.sessions.rewind(game.state.session, game.player, Math.max(1, game.state.turns - steps)))
  },
  retry: (game) => game.show(game.sessions.retry(game.state.session, game.player)),
  async branch(game) {
    moveTo(game, await game.sessions.branch(game.state.session, game.player))
    say(game, `You go on in ${game.state.session}.`, `现在在 ${game.state.session} 中继续。`)
  },
  async recap(game) {
    for (const { text } of await game.sessions.recap(game.state.session, game.player)) game.context.print(text)
  },
  async memory(game, rest) {
    const { holder } = held(game, rest)
    const all = await game.sessions.memories(game.state.session, game.player, holder)
    if (all.length === 0) return say(game, "Nothing yet.", "还没有记忆。")
    all.forEach(({ text, isPinned }, index) => game.context.print(`${String(index + 1).padStart(3)}. ${isPinned ? "★ " : ""}${text}`))
  },
  async pin(game, rest) {
    const found = await memoryAt(game, rest)
    if (found !== undefined) await game.sessions.pin(game.state.session, game.player, found.holder, found.memory.id, true)
  },
  async unpin(game, rest) {
    const found = await memoryAt(game, rest)
    if (found !== undefined) await game.sessions.pin(game.state.session, game.player, found.holder, found.memory.id, false)
  },
  async edit(game, rest) {
    const found = await memoryAt(game, rest)
    if (found === undefined) return
    if (found.words === "") return say(game, "Write the new words after the number.", "请在编号后写上新的内容。")
    await game.sessions.edit(game.state.session, game.player, found.holder, found.memory.id, { text: found.words })
  },
  async forget(game, rest) {
    const found = await memoryAt(game, rest)
    if (found === undefined) return
    await game.sessions.forget(game.state.session, game.player, [found.memory.id])
    say(game, "Forgotten, for good and by everybody.", "已永久忘记，所有人都不再记得。")
  },
  async why(game) {
    for await (const turn of game.sessions.turns(game.state.session, Math.max(0, game.state.turns - 1)))
      for (const line of traceLines(turn, game.context.language)) game.context.print(line)
  },
  async like(game) {
    await game.rate(1)
    say(game, "Noted.", "记下了。")
  },
  async dislike(game) {
    await game.rate(-1)
    say(game, "Noted.", "记下了。")
  },
  async report(game, rest) {
    if (rest === "") return say(game, "Say why: /report …", "请说明原因：/举报 ……")
    const id = await game.sessions.report(game.state.session, game.player, { event: Math.max(0, game.state.cursor - 1), reason: "player", note: rest })
    say(game, `Thank you. The report is kept as ${id}.`, `谢谢，举报已记录，编号 ${id}。`)
  },
  async transcript(game, rest) {
    const file = rest === "" ? `${game.state.dream.id}.txt` : rest
    const text = await game.sessions.transcript(game.state.session, game.player, file.endsWith(".json") ? "json" : "text")
    await writeNew(file, () => writeFile(file, text, { flag: "wx" }))
    say(game, `Wrote ${file}.`, `已写入 ${file}。`)
  },
  async export(game, rest) {
    const file = rest === "" ? `${game.state.dream.id}.session.jsonl` : rest
    await writeNew(file, () => pipeline(Readable.from(game.sessions.export(game.state.session, game.player)), createWriteStream(file, { flags: "wx" })))
    say(game, `Wrote ${file}. It goes on anywhere with --import ${file}.`, `已写入 ${file}。可用 --import ${file} 在任何地方继续。`)
  },
}

export const act = (game: Game, name: Exclude<CommandName, "quit">, rest: string): Promise<void> => actions[name](game, rest)
