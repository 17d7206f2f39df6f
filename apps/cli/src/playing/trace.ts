/** "Why this line": the steps of a turn, for people. */
import type { Language } from "@daydream/engine/language"
import type { Route, TraceStep, Turn } from "@daydream/dream/turn"

const percent = (share: number) => `${Math.round(share * 100)} %`

const ways: Readonly<Record<Route["by"], Readonly<Record<Language, string>>>> = {
  key: { en: "taken from the suggestions", zh: "选自建议" },
  rule: { en: "by rule", zh: "按规则" },
  model: { en: "chosen by the model", zh: "由模型选择" },
  words: { en: "by its words", zh: "按用词" },
  fallback: { en: "nothing fitted", zh: "没有匹配项" },
}

type LineOf = { readonly [S in TraceStep["step"]]: (step: Extract<TraceStep, { step: S }>, isChinese: boolean) => string }

const lineOf: LineOf = {
  perceive({ holder, facts, memories, lore }, zh) {
    const what = [...facts, ...memories, ...lore]
    return zh ? `${holder} 知道并想到：${what.join("、") || "无"}` : `${holder} knows and remembers: ${what.join(", ") || "nothing"}`
  },
  route({ route: { to, by, confidence, candidates } }, zh) {
    const chosen = "option" in to ? to.option : to.other
    const others = candidates.map(({ option, probability }) => `${option} ${percent(probability)}`).join(zh ? "，" : ", ")
    const how = `${ways[by][zh ? "zh" : "en"]}, ${percent(confidence)}`
    return `${zh ? "理解为" : "understood as"} ${chosen} (${how})${others === "" ? "" : `  [${others}]`}`
  },
  line: ({ speaker, line, why }) => `${speaker}: ${line} (${why})`,
  say: ({ speaker, note, sentences }, zh) =>
    zh ? `${speaker} 根据提示“${note}”：${sentences.join("")}` : `${speaker}, from the note "${note}": ${sentences.join(" ")}`,
  refused({ refused: { speaker, text, findings } }, zh) {
    const reasons = findings.map((one) => `${one.kind} "${one.text}"`).join(zh ? "，" : ", ")
    return zh ? `未采用 ${speaker} 的“${text}”：${reasons}` : `not said by ${speaker}: "${text}": ${reasons}`
  },
  world: ({ input, refusal }, zh) =>
    refusal === null ? `${zh ? "世界接受" : "the world takes"} ${input}` : `${zh ? "世界拒绝" : "the world refuses"} ${input}: ${refusal}`,
  scene: ({ trigger, knot }, zh) => (zh ? `场景 ${trigger} 开始（${knot}）` : `the scene ${trigger} begins (${knot})`),
  withheld: ({ line, content }, zh) => (zh ? `不出示 ${line}（${content}）` : `left out: ${line} (${content})`),
}

/** The turn's trace, a line a step. */
export const traceLines = (turn: Pick<Turn, "trace">, language: Language): string[] =>
  turn.trace.map((step) => `  ${(lineOf[step.step] as (one: TraceStep, isChinese: boolean) => string)(step, language === "zh")}`)
