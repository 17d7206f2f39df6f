/** What of a session is drawn on the terminal. */
import type { SessionEvent, SessionState } from "@daydream/dream/protocol"
import type { Language, Localized } from "@daydream/engine/language"
import { wrap } from "../frame/index.ts"
import type { Style } from "./style.ts"

const texts = {
  exits: { en: "Ways", zh: "出口" },
  here: { en: "Here", zh: "在场" },
  things: { en: "Things", zh: "物品" },
  held: { en: "You have", zh: "随身" },
  go: { en: "(press Enter to go on)", zh: "（按回车继续）" },
  ending: { en: (name: string) => `— The end: ${name} —`, zh: (name: string) => `—— 结局：${name} ——` },
  end: { en: "— The end —", zh: "—— 完 ——" },
} as const satisfies Readonly<Record<string, Localized | Readonly<Record<Language, (name: string) => string>>>>

export interface PlayView {
  event(event: SessionEvent): void
  /** Place, company, things: what one sees on looking round. */
  scene(state: SessionState): void
  suggestions(state: SessionState): void
  /** What the player does by taking a suggestion. */
  taken(text: string): void
}

interface ViewOptions {
  readonly print: (line: string) => void
  readonly language: Language
  readonly style: Style
  /** Columns of the terminal; texts are wrapped to at most 88. */
  readonly columns: number | undefined
  /** Names of the dream's people, places and things, by id. */
  readonly names: ReadonlyMap<string, string>
  /** True where texts of a model stand among others: each is marked. Where all are generated, the prompt says so. */
  readonly marksTexts: boolean
}

/** Draws events one by one. `state` tells names; the view keeps those that it has seen. */
export function createView({ print, language, style, columns, marksTexts, names: known }: ViewOptions): PlayView {
  const names = new Map(known)
  let place: string | null = null
  let lastTaken: string | null = null
  const width = columns === undefined ? Number.POSITIVE_INFINITY : Math.min(88, columns - 1)
  const lines = (text: string) => (Number.isFinite(width) ? wrap(text, width) : text)
  const nameOf = (id: string) => names.get(id) ?? id
  const colon = language === "zh" ? "：" : ": "
  const comma = language === "zh" ? "、" : ", "

  const learn = (state: SessionState) => {
    // An exit's name says how one goes, not where one comes.
    for (const one of [state.player, ...(state.place === null ? [] : [state.place]), ...state.characters, ...state.things])
      names.set(one.id, one.name)
  }
  const heading = (id: string | null) => {
    if (id === null || id === place) return
    place = id
    if (!names.has(id)) return
    print("")
    print(style.accent(`── ${nameOf(id)} ──`))
  }
  const list = (title: Localized, items: readonly { readonly name: string }[]) => {
    if (items.length > 0) print(style.faint(lines(`${title[language]}${colon}${items.map(({ name }) => name).join(comma)}`)))
  }
  const marked = (event: Extract<SessionEvent, { type: "say" | "narrate" }>) =>
    marksTexts && event.label?.isGenerated === true ? ` ${style.faint(language === "zh" ? `〔${event.label.text}〕` : `[${event.label.text}]`)}` : ""

  return {
    event(event) {
      if (event.type === "committed") learn(event.state)
      else if (event.type === "scene") heading(event.place)
      else if (event.type === "narrate") print(`${lines(event.text)}${marked(event)}`)
      else if (event.type === "say") {
        const said = lines(`${nameOf(event.character)}${colon}${event.text}`)
        print(`${style.strong(said.slice(0, nameOf(event.character).length))}${said.slice(nameOf(event.character).length)}${marked(event)}`)
      } else if (event.type === "do") {
        // What was just taken is not told twice.
        if (event.text !== lastTaken) print(style.faint(lines(event.text)))
      } else if (event.type === "notice") print(style.accent(lines(event.text)))
      else if (event.type === "refused") print(style.faint(lines(event.text)))
      else if (event.type === "end") {
        print("")
        print(style.strong(event.ending === null ? texts.end[language] : texts.ending[language](event.ending)))
      } else if (event.type === "error") print(style.accent(lines(event.message)))
    },
    scene(state) {
      learn(state)
      if (state.place !== null) {
        place = state.place.id
        print(style.accent(`── ${state.place.name} ──  ${state.time}`))
        if (state.place.description !== "") print(lines(state.place.description))
      }
      list(texts.here, state.characters)
      list(texts.things, state.things.filter(({ isHeld }) => !isHeld))
      list(texts.held, state.things.filter(({ isHeld }) => isHeld))
      list(texts.exits, state.exits)
    },
    taken(text) {
      lastTaken = text
      print(style.faint(`> ${text}`))
    },
    suggestions(state) {
      learn(state)
      if (state.ended !== null) return
      print("")
      if (state.canContinue) print(style.faint(texts.go[language]))
      let group: string | null = null
      state.suggestions.forEach(({ text, character }, index) => {
        if (character !== group && character !== null) print(style.faint(`  ${nameOf(character)}${colon.trimEnd()}`))
        group = character
        print(lines(`${style.faint(`${String(index + 1).padStart(2)}.`)} ${text}`))
      })
    },
  }
}
