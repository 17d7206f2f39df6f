/** ink's own messages as findings: where, in both languages where the message is a known one. */
import { finding } from "./finding.ts"
import type { StoryFinding } from "./finding.ts"
import { nearFacts } from "./near.ts"
import { worldFunctionNames } from "./world-names.ts"

const form = /^(?:ERROR|WARNING|TODO): (?:'(.*?)' )?(?:line (\d+): )?([\s\S]*)$/

const knotNames = (sources: ReadonlyMap<string, readonly string[]>): string[] =>
  [...sources.values()].flat().flatMap((line) => /^\s*={1,}\s*(?:function\s+)?([\p{L}\p{N}_]+)/u.exec(line)?.[1] ?? [])

/** The finding for one of the compiler's messages. */
export function inkMessage(message: string, isFault: boolean, sources: ReadonlyMap<string, readonly string[]>): StoryFinding {
  const [, file, line, text = message] = form.exec(message) ?? []
  const location = { file: file ?? null, line: line === undefined ? null : Number(line) }
  if (/loose end|Nested (?:choices|weave)|runs out/i.test(text)) return finding("loose_end", location)
  const target = /not found: '?(?:-> )?([^'\s]+)'?/.exec(text)?.[1]
  if (isFault && target !== undefined) {
    const source = sources.get(file ?? "")?.[(location.line ?? 0) - 1] ?? ""
    const isCall = !source.includes(`-> ${target}`) && source.includes(`${target}(`)
    return isCall
      ? finding("external_unknown", location, { name: target, known: worldFunctionNames.join(", "), knownZh: worldFunctionNames.join("、") })
      : finding("target_missing", location, { name: target, ...nearFacts(target, knotNames(sources)) })
  }
  return finding(isFault ? "ink_error" : "ink_warning", location, { text: text.trim() })
}
