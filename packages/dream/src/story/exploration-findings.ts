/** What an exploration found, as findings for the author. */
import type { Exploration } from "./explore.ts"
import { finding } from "./finding.ts"
import type { StoryFinding, StoryLocation } from "./finding.ts"
import type { StoryPath } from "./play.ts"
import type { Story } from "./story.ts"

/** Choices are counted from 1 for people. */
const steps = ({ seed, entry, choices }: StoryPath): string => `${entry === undefined ? "" : `${entry}: `}${choices.map((index) => index + 1).join(" → ") || "—"} (seed ${seed})`
const stepsZh = ({ seed, entry, choices }: StoryPath): string => `${entry === undefined ? "" : `${entry}：`}${choices.map((index) => index + 1).join(" → ") || "—"}（种子 ${seed}）`
const pathFacts = (path: StoryPath) => ({ path: steps(path), pathZh: stepsZh(path) })

/** Findings for `dream check`. What was not reached counts only as far as the exploration went. */
export function explorationFindings(story: Story, found: Exploration): StoryFinding[] {
  const nowhere: StoryLocation = { file: null, line: null }
  const flowAt = (path: string): StoryLocation => story.flows.find((flow) => flow.path === path) ?? nowhere
  const nameOf = (flow: string) => (flow === "" ? "top" : flow)
  const { unreached } = found
  return [
    ...found.failures.map(({ flow, path, refusal }) => finding("play_failed", flowAt(flow), { text: refusal.message.en, textZh: refusal.message.zh, ...pathFacts(path) })),
    ...found.deadEnds.map(({ flow, path }) => finding("dead_end", flowAt(flow), { name: nameOf(flow), ...pathFacts(path) })),
    ...found.traps.map(({ flow, path }) => finding("trap", flowAt(flow), { name: nameOf(flow), ...pathFacts(path) })),
    ...unreached.endings.map((name) => finding("ending_unreached", nowhere, { name })),
    ...unreached.checkpoints.map((name) => finding("checkpoint_unreached", flowAt(story.checkpoints.find((one) => one.name === name)?.flow ?? ""), { name })),
    ...unreached.knots.map((name) => finding("knot_unreached", flowAt(name), { name })),
    ...unreached.choices.map((line) => finding("choice_unreached", line, { text: line.source })),
    ...unreached.lines.map((line) => finding("line_unreached", line, { text: line.source })),
  ]
}
