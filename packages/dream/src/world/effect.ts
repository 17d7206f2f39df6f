/** What moves, rules and stories do to the world, as data. */
import type { Texts, Value } from "./definition.ts"

/** One change. Names may be `$actor` or `$<argument>`; `present` stands for everybody in the actor's place. */
export type Effect =
  | { readonly op: "set"; readonly fact: string; readonly value: Value | null }
  | { readonly op: "add"; readonly fact: string; readonly amount: number }
  | { readonly op: "move"; readonly who: string; readonly to: string | null }
  | { readonly op: "put"; readonly thing: string; readonly in: string | null }
  | { readonly op: "reveal" | "hide"; readonly what: string }
  /** Without `from` it is seen; with it, told by somebody who knows it. */
  | { readonly op: "learn"; readonly who: string; readonly fact: string; readonly from: string | null }
  | {
      readonly op: "relate"
      readonly kind: string
      readonly from: string
      readonly to: string
      readonly add?: number
      readonly set?: number
    }
  | { readonly op: "feel"; readonly who: string; readonly feeling: string }
  | { readonly op: "narrate"; readonly to: string; readonly text: Texts }
