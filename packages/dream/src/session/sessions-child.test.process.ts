/**
 * Plays until it is killed. Says what it will take back before it does (`will <session> <turns that are left>`), and what was
 * acknowledged: `played <session> <turns> <cursor>`, `back <session> <turns>`. Arguments: address, seed, number of sessions.
 */
import { openStore } from "@daydream/engine/storage"
import { createRandom } from "@daydream/engine/random"
import { authorOnly, echo, innSource } from "./inn.test.support.ts"
import { createSessions } from "./index.ts"
import type { PlayerInput } from "../turn/index.ts"

const [url = "", seed = "1", count = "1"] = process.argv.slice(2)
const store = await openStore({ url })
const sessions = await createSessions(store, { dreams: innSource(), ports: { ...authorOnly(), say: echo } })
const player = "u1"

const say = (line: string) => process.stdout.write(`${line}\n`)

async function one(number: number): Promise<never> {
  const random = createRandom("session-child", seed, number)
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)] as T
  const { session } = await sessions.open({ dream: "inn", seed: `${seed}/${number}`, player: { id: player, age: "adult" } })
  say(`opened ${session}`)
  for (let turn = 0; ; turn++) {
    const { turns, suggestions, canContinue } = await sessions.state(session, player)
    const doings: readonly (() => PlayerInput)[] = [
      () => ({ kind: "say", text: pick(["灯是谁的", "你弟弟呢", "我今天走了很远的路", "今晚没有雾", "天气真怪啊"]) }),
      () => ({ kind: "wait" }),
      () => (suggestions.length === 0 ? { kind: "wait" } : { kind: "take", option: pick(suggestions).option }),
    ]
    const input: PlayerInput = turns === 0 ? { kind: "begin" } : canContinue ? { kind: "continue" } : pick(doings)()
    const act = turns < 3 ? 9 : random.integer(12)
    if (act === 0) {
      const left = turns - 1 - random.integer(2)
      say(`will ${session} ${left}`)
      const { turns: kept } = await sessions.rewind(session, player, left)
      say(`back ${session} ${kept}`)
    } else if (act === 1) {
      say(`will ${session} ${turns}`)
      for await (const event of sessions.retry(session, player)) if (event.type === "committed") say(`played ${session} ${event.turns} ${event.state.cursor}`)
    } else if (act === 2) {
      const [memory] = await sessions.memories(session, player, "wen")
      if (memory !== undefined) await sessions.forget(session, player, [memory.id])
    } else {
      for await (const event of sessions.play({ session, player, input, key: `${number}/${seed}/${turn}` }))
        if (event.type === "committed") say(`played ${session} ${event.turns} ${event.state.cursor}`)
    }
  }
}

await Promise.all(Array.from({ length: Number(count) }, (_, number) => one(number)))
