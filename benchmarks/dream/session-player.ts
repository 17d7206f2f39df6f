/** Plays sessions of a dream by chance, as a person would press: suggestions, words, waiting, going back, forgetting. */
import { createWordChooser } from "@daydream/dream/turn"
import type { PlayerInput, Ports } from "@daydream/dream/turn"
import type { Sessions } from "@daydream/dream/session"
import type { Random } from "@daydream/engine/random"

export const player = "somebody"

/** Only words choose; a speaker that gives back what it hears stands for a model. */
export const ports: Ports = {
  choose: createWordChooser(),
  say: {
    say: async function* (_context, note) {
      yield note.kind === "talk" ? `你说“${note.hears}”，是吗？` : note.note
    },
  },
}

const utterances = [
  "你好", "这里出了什么事", "我叫王小明，从青石巷来", "你在怕什么", "今天的雾真大", "我不信你说的话", "你见过我哥哥吗", "灯为什么灭了", "天气真怪啊", "带我去看看",
  "hello there", "what happened here?", "my name is Ada and I come from Ghent",
]

/** Longer sessions go back a little: what is measured is the killing, not the length. */
const longest = 40

/** Plays one thing in `session`, and says before and after what it does. */
export async function playOnce(sessions: Sessions, session: string, random: Random, key: string, say: (line: string) => void): Promise<void> {
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)] as T
  const { turns, suggestions, canContinue, ended } = await sessions.state(session, player)
  const rewind = async (left: number) => {
    say(`will ${session} ${left}`)
    const { turns: kept } = await sessions.rewind(session, player, left)
    say(`back ${session} ${kept}`)
  }
  if (ended !== null || turns > longest) return rewind(Math.max(1, turns - 1 - random.integer(20)))
  const act = turns < 3 ? 99 : random.integer(24)
  if (act === 0) return rewind(turns - 1 - random.integer(2))
  if (act === 1) {
    say(`will ${session} ${turns}`)
    for await (const event of sessions.retry(session, player)) if (event.type === "committed") say(`played ${session} ${event.turns} ${event.state.cursor}`)
    return undefined
  }
  if (act === 2) {
    const holder = pick((await sessions.state(session, player)).characters.map(({ id }) => id)) ?? ""
    const [memory] = holder === "" ? [] : await sessions.memories(session, player, holder)
    if (memory !== undefined) await sessions.forget(session, player, [memory.id])
    return undefined
  }
  if (act === 3) {
    await sessions.save(session, player, `save ${random.integer(3)}`)
    return undefined
  }
  const inputs: readonly PlayerInput[] = [
    { kind: "say", text: pick(utterances) },
    suggestions.length === 0 ? { kind: "wait" } : { kind: "take", option: pick(suggestions).option },
    suggestions.length === 0 ? { kind: "wait" } : { kind: "take", option: pick(suggestions).option },
    { kind: "wait" },
  ]
  const input: PlayerInput = turns === 0 ? { kind: "begin" } : canContinue ? { kind: "continue" } : pick(inputs)
  for await (const event of sessions.play({ session, player, input, key }))
    if (event.type === "committed") say(`played ${session} ${event.turns} ${event.state.cursor}`)
  return undefined
}
