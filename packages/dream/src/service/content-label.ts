/**
 * The machine-readable label of an answer as a whole: EU AI Act, article 50 (2); China's measures for labelling
 * generated
 * content (2025) with GB 45438-2025. Each text within has its own label beside it.
 */
import type { SessionEvent } from "../protocol/index.ts"
import { generatedMetadata } from "../safety/index.ts"

/**
 * `none`: no model took part; `assisted`: one chose or worded for an author; `generated`: one made texts; `possible`:
 * not known yet.
 */
export type Involvement = "none" | "assisted" | "generated" | "possible"

const modes: Readonly<Record<Involvement, string>> = {
  none: "none",
  assisted: "ai-modified",
  generated: "machine-generated",
  possible: "machine-generated",
}

/** How far a model took part in these texts. */
export function involvementOf(events: readonly SessionEvent[]): Involvement {
  let found: Involvement = "none"
  for (const event of events) {
    if (event.type !== "say" && event.type !== "narrate") continue
    if (event.origin === "generated" || (event.label?.isGenerated === true && event.origin !== "reworded"))
      return "generated"
    if (event.origin === "reworded" || event.origin === "selected") found = "assisted"
  }
  return found
}

/**
 * `AI-Disclosure` (draft-abaris-aicdh) with its mode, and `AIGC`, the fields of GB 45438-2025 as ASCII JSON. A stream
 * is
 * labelled before its texts are known: where a model may take part, as generated.
 */
export function labelHeaders(involvement: Involvement, producer: string, content: string): Record<string, string> {
  if (involvement === "none") return { "ai-disclosure": "mode=none" }
  const { AIGC } = generatedMetadata(producer, content)
  // Label 2 of the standard: may be generated.
  const fields = JSON.stringify({ ...AIGC, Label: involvement === "possible" ? "2" : "1" })
  const ascii = fields.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
  return { "ai-disclosure": `mode=${modes[involvement]}`, aigc: ascii }
}
