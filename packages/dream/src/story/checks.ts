/** Checks of a story that compiled: reach, endings, checkpoints, ids, speakers. */
import type { Authored } from "./authored.ts"
import { finding } from "./finding.ts"
import type { StoryFinding } from "./finding.ts"
import { unreachableFlows } from "./flows.ts"
import type { FlowGraph } from "./flows.ts"
import { nearFacts, nearest } from "./near.ts"
import type { StorySpeaker } from "./port.ts"
import { findSpeaker, readSpeaker } from "./speaker.ts"

/** Knots and stitches that nothing leads to. World functions that the author wrote as stand-ins are no knots. */
export const checkReach = (graph: FlowGraph, entries: readonly string[]): StoryFinding[] =>
  unreachableFlows(graph, entries).filter(({ kind }) => kind !== "function").map((flow) => finding("knot_unreachable", flow, { name: flow.path }))

/** Tags without a name; stories without endings; ends without a name. */
export function checkEndings(graph: FlowGraph, { tags }: Authored): StoryFinding[] {
  const nameless = tags.filter(({ name, value }) => (name === "ending" || name === "checkpoint") && value === "")
    .map((tag) => finding("tag_name", tag, { tag: tag.name }))
  const endings = tags.filter(({ name }) => name === "ending")
  if (endings.length === 0) return [...nameless, finding("ending_missing", { file: null, line: null })]
  // A knot that rests ends for now only: it needs no name.
  const named = new Set(tags.filter(({ name }) => name === "ending" || name === "rest").map(({ flow }) => flow))
  const unnamed = graph.ends.filter(({ flow }) => !named.has(flow))
  return [...nameless, ...unnamed.map((end) => finding("ending_unnamed", end, { name: end.flow === "" ? "top" : end.flow }))]
}

/** Checkpoints must be unique and stand where a save can begin. */
export function checkCheckpoints(graph: FlowGraph, { tags }: Authored): StoryFinding[] {
  const seen = new Set<string>()
  const flowsSeen = new Set<string>()
  return tags.filter(({ name, value }) => name === "checkpoint" && value !== "").flatMap((tag) => {
    const name = tag.value ?? ""
    const impossible = (where: string, whereZh: string) => [finding("checkpoint_impossible", tag, { name, where, whereZh })]
    if (tag.value === null) return impossible("its name is made by logic", "名称由逻辑生成")
    if (seen.has(name)) return [finding("checkpoint_twice", tag, { name })]
    seen.add(name)
    const flow = graph.flows.get(tag.flow)
    if (flow === undefined) return impossible("before the first knot, which is the beginning anyway", "在第一个 knot 之前，那里本来就是开头")
    if (flowsSeen.has(flow.path)) return impossible("a second one in the same knot", "同一个 knot 里已有检查点")
    flowsSeen.add(flow.path)
    if (flow.kind === "function") return impossible("in a function", "在函数里")
    if (flow.parameters > 0) return impossible("in a knot with parameters", "在带参数的 knot 里")
    if (graph.borrowed.has(flow.path) || graph.borrowed.has(flow.path.split(".")[0] ?? "")) return impossible("in a tunnel or a thread", "在隧道或线程里")
    return tag.isAtTop ? [] : [finding("checkpoint_inside", tag, { name })]
  })
}

/** Ids that authors gave must be unique. */
export function checkIds({ tags }: Authored): StoryFinding[] {
  const seen = new Set<string>()
  return tags.filter(({ name, value }) => name === "id" && value !== null).flatMap((tag) => {
    const name = tag.value ?? ""
    if (seen.has(name)) return [finding("id_twice", tag, { name })]
    seen.add(name)
    return []
  })
}

/** Speakers that the world does not have: by tag always, before a colon where the name is nearly one. */
export function checkSpeakers({ lines, tags }: Authored, speakers: readonly StorySpeaker[] | undefined): StoryFinding[] {
  if (speakers === undefined) return []
  const names = speakers.flatMap(({ id, names }) => [...names, id])
  const told = tags.filter(({ name, value }) => name === "speaker" && value !== null && findSpeaker(value, speakers) === undefined)
    .map((tag) => finding("speaker_unknown", tag, { name: tag.value ?? "", ...nearFacts(tag.value ?? "", names) }))
  const mistyped = lines.flatMap((line) => {
    const { prefix, speaker } = readSpeaker(line.source, speakers)
    return prefix !== null && speaker === null && nearest(prefix, names) !== undefined
      ? [finding("speaker_unknown", line, { name: prefix, ...nearFacts(prefix, names) })] : []
  })
  return [...told, ...mistyped]
}
