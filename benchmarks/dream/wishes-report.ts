/** What the wishes came to, as Markdown, with two of the dreams whole: each ending as it is played. */
import { parseDream } from "@daydream/dream/bundle"
import type { Dream } from "@daydream/dream/bundle"
import { applyTurn, canContinue, createWordChooser, optionsOf, playTurn, startPlay } from "@daydream/dream/turn"
import type { PlayerInput, TurnOutput } from "@daydream/dream/turn"
import type { Language } from "@daydream/engine/language"
import type { WishResult } from "./wishes.ts"

interface ReportOptions {
  readonly model: string
  readonly isPassed: (result: WishResult) => boolean
  readonly isFresh: (result: WishResult) => boolean
}

const ports = { choose: createWordChooser() }

/** The texts of one way through the dream, as a player reads them. */
async function playThrough(dream: Dream, language: Language, path: readonly string[]): Promise<string[]> {
  const [player = ""] = dream.players
  const nameOf = (id: string) => dream.world.entities.get(id)?.names[language] ?? id
  const text = (output: TurnOutput): string[] =>
    output.type === "narrate" ? [output.text]
    : output.type === "say" ? [`${nameOf(output.character)}${language === "zh" ? "：" : ": "}${output.text}`]
    : []
  const lines: string[] = []
  let state = startPlay(dream, { session: "report", seed: "report", language })
  const take = async (input: PlayerInput) => {
    const turn = await playTurn(dream, state, player, input, ports, {})
    if (turn.refused !== null) throw new Error(`refused: ${JSON.stringify(input)}`)
    lines.push(...turn.outputs.flatMap(text))
    state = applyTurn(dream, state, turn)
  }
  await take({ kind: "begin" })
  for (const name of path.slice(path[0] === "" ? 1 : 0)) {
    while (canContinue(state)) await take({ kind: "continue" })
    const found = optionsOf(dream, state, player).find((one) => one.name === name)
    lines.push(`*${name}*`)
    await take(found !== undefined ? { kind: "take", option: found.key } : { kind: "wait", ...(/hour|小时/u.test(name) ? { seconds: 3600 } : {}) })
  }
  while (canContinue(state)) await take({ kind: "continue" })
  return lines
}

async function whole(result: WishResult): Promise<string> {
  const { dream } = parseDream(Object.entries(result.files).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) })))
  if (dream === undefined) return ""
  const parts: string[] = []
  for (const { name, path } of result.endings)
    parts.push(`#### ${name}\n\n${(await playThrough(dream, result.language, path)).join("\n\n")}`)
  const slots = result.slots.map(({ slot, value, by }) => `| \`${slot}\` | ${value} | ${by === "model" && !result.repaired.includes(slot) ? "model" : "skeleton"} |`)
  return `### ${result.wish}\n\nFrom the skeleton \`${result.skeleton}\`. Each ending by the shortest way that was found:\n\n${parts.join("\n\n")}\n\n` +
    `Its blanks in the order in which they were filled:\n\n| blank | text | by |\n|---|---|---|\n${slots.join("\n")}`
}

/** Blanks whose text in the dream is the model's. */
const byModel = ({ slots, repaired }: WishResult) => slots.filter(({ by, slot }) => by === "model" && !repaired.includes(slot)).length

const middle = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

export async function wishesReport(results: readonly WishResult[], { model, isPassed, isFresh }: ReportOptions): Promise<string> {
  const faults = new Map<string, number>()
  for (const fault of results.flatMap(({ slots }) => slots.flatMap((slot) => slot.faults))) faults.set(fault, (faults.get(fault) ?? 0) + 1)
  const blanks = results.reduce((sum, { slots }) => sum + slots.length, 0)
  const stale = results.filter((one) => !isFresh(one)).length
  const rows = results.map((one) =>
    `| ${one.language} | ${one.wish.replaceAll("|", "\\|")} | \`${one.skeleton}\` | ${isPassed(one) ? "yes" : "**no**"} | ${one.endings.length} of ${one.endingsOf} | ` +
    `${one.seconds.toFixed(0)} | ${one.cpuSeconds.toFixed(0)} | ${byModel(one)} of ${one.slots.length} | ${one.repaired.length} | ${one.error ?? ""} |`)
  const shown = (["zh", "en"] as const).flatMap((language) =>
    results.filter((one) => one.language === language && isPassed(one)).toSorted((a, b) => Number(isFresh(b)) - Number(isFresh(a))).slice(0, 1))
  const texts: string[] = []
  for (const one of shown) texts.push(await whole(one))
  return `# Dreams from wishes

\`npx node --conditions=source benchmarks/dream/wishes.ts --report benchmarks/dream/wishes.md\`, on \`${model}\`. A wish passes if the
dream has no error and a search from another seed than the maker's reaches every ending. The check plays each dream by its
suggestions, so it says nothing of how good a text is: read the two below, which are the first that passed in each language.

- Passed: ${results.filter(isPassed).length} of ${results.length}.
- Seconds a wish: ${middle(results.map(({ seconds }) => seconds)).toFixed(0)} in the middle, ${Math.max(0, ...results.map(({ seconds }) => seconds)).toFixed(0)} at most; of processor time ${middle(results.map(({ cpuSeconds }) => cpuSeconds)).toFixed(0)}.
- Blanks filled by the model: ${results.reduce((sum, one) => sum + byModel(one), 0)} of ${blanks}; the others have the skeleton's own words.
- Answers not taken, by fault: ${[...faults].toSorted((a, b) => b[1] - a[1]).map(([fault, count]) => `${fault} ${count}`).join(", ") || "none"}.
- Blanks repaired after the check: ${results.reduce((sum, { repaired }) => sum + repaired.length, 0)}.
${stale === 0 ? "" : `- Mixed: ${stale} of these were made by the skeletons as they were before.\n`}
| language | wish | skeleton | passed | endings | s | CPU s | blanks by the model | repaired | error |
|---|---|---|---|---|---|---|---|---|---|
${rows.join("\n")}

## Two of them whole

Generated by ${model} within skeletons of ours.

${texts.join("\n\n")}
`
}
