/** A small dream for two players, made of the template. */
import { cpSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const template = join(import.meta.dirname, "../../packages/dream/templates/zh")

function change(path: string, from: string, to: string): void {
  const text = readFileSync(path, "utf8")
  if (!text.includes(from)) throw new Error(`${path} no longer has: ${from}`)
  writeFileSync(path, text.replace(from, to))
}

/** Puts it among the dreams of the state folder, as `lost_property`. */
export function addDreamOfTwo(state: string): void {
  const folder = join(state, "dreams/lost_property")
  cpSync(template, folder, { recursive: true })
  change(join(folder, "dream.yaml"), "players: [visitor]", "players: [visitor, friend]")
  change(
    join(folder, "world.yaml"),
    "  visitor: {names: 来客, player: true, at: counter}\n",
    "  visitor: {names: 来客, player: true, at: counter}\n  friend: {names: 阿青, player: true, at: counter}\n"
  )
}
