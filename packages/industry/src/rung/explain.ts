/** Why a linear model gave a row its class. */
import type { Cell, Explanation, InputField, Reason, Row } from "@daydream/engine/function"
import { complete, textOf } from "../learner/index.ts"
import type { LinearParts } from "./linear-parts.ts"
import { bestOf } from "./outcomes.ts"

/** Reasons given. */
const mostReasons = 10

/** Pieces that a text is cut into at most when they are left out in turn. */
const mostPieces = 40

const strongest = (reasons: readonly Reason[]): readonly Reason[] =>
  reasons.toSorted((a, b) => Math.abs(b.weight ?? 0) - Math.abs(a.weight ?? 0)).slice(0, mostReasons)

const withoutInput: Reason = { kind: "note", text: "–" }

/** The features of the row with the largest share in the logit of its class. */
export function explainByFeatures(parts: LinearParts, row: Row): Explanation {
  const { classes, encoder, kind, model, priors } = parts
  const encoded = complete(encoder.encodeSteps([row]))
  if (encoded.isUsable[0] !== true) {
    return { output: classes[bestOf(priors)] as string, by: kind, reasons: [withoutInput] }
  }
  const { matrix } = encoded
  const logits = new Float64Array(classes.length)
  model.logits({ rows: 1, sparse: matrix }, 0, logits)
  const best = bestOf(logits)
  // A word and the same letters found as a run of characters read alike, so they are told as one.
  const weights = new Map<string, number>()
  matrix.indices.forEach((feature, i) => {
    const text = encoder.describe(feature)
    const weight = (matrix.values[i] as number) * model.weight(feature, best)
    weights.set(text, (weights.get(text) ?? 0) + weight)
  })
  const reasons = Array.from(weights, ([text, weight]): Reason => ({ kind: "feature", text, weight }))
  return { output: classes[best] as string, by: kind, reasons: strongest(reasons) }
}

/** A row with a part of it left out, and what that part is. */
interface Omission {
  readonly text: string
  readonly row: Row
}

/** Words of a text in any script, with what stands between them; neighbours share a piece where there are too many. */
function piecesOf(text: string): readonly string[] {
  const segments = [...new Intl.Segmenter("zh", { granularity: "word" }).segment(text)]
  const words = segments.filter((segment) => segment.isWordLike === true)
  const share = Math.max(1, Math.ceil(words.length / mostPieces))
  const starts = words.filter((_, i) => i % share === 0).map((word) => word.index)
  return starts.map((start, i) => text.slice(i === 0 ? 0 : start, starts[i + 1] ?? text.length))
}

function omissionsOf({ name, type }: InputField, row: Row, isOnly: boolean): readonly Omission[] {
  const cell: Cell | undefined = row[name]
  const text = textOf(cell)
  if (text === "") return []
  if (type !== "text") return [{ text: `${name}: ${text}`, row: { ...row, [name]: null } }]
  const pieces = piecesOf(text)
  return pieces.map((piece, i) => ({
    text: isOnly ? piece.trim() : `${name}: ${piece.trim()}`,
    row: { ...row, [name]: pieces.toSpliced(i, 1).join("") },
  }))
}

/** What each word or cell adds to the logit of the row's class: its logit with it, less its logit without it. */
export async function explainByOmission(
  { classes, inputs, kind, priors }: LinearParts,
  row: Row,
  score: (rows: readonly Row[]) => Promise<readonly { readonly logits: Float64Array; readonly isUsable: boolean }[]>,
): Promise<Explanation> {
  const isOnly = inputs.filter((input) => input.type === "text").length === 1
  const omissions = inputs.flatMap((field) => omissionsOf(field, row, isOnly))
  const [whole, ...others] = await score([row, ...omissions.map((omission) => omission.row)])
  if (whole?.isUsable !== true) return { output: classes[bestOf(priors)] as string, by: kind, reasons: [withoutInput] }
  const best = bestOf(whole.logits)
  const reasons = omissions.map(({ text }, i): Reason => {
    const without = others[i]?.logits[best] as number
    return { kind: "feature", text, weight: (whole.logits[best] as number) - without }
  })
  return { output: classes[best] as string, by: kind, reasons: strongest(reasons) }
}
