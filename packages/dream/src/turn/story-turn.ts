/** The story's part in a turn: a step of ink on the world, with its lines as outputs. */
import { advanceStory, stageWorld } from "../story/index.ts"
import type { StoryInput, StoryRefusal, StoryStep, WorldOnStage } from "../story/index.ts"
import { contentOfTags, isStoryAtRest, bindingsOf } from "./options.ts"
import { holds } from "../world/index.ts"
import type { TurnDraft } from "./draft.ts"
import { storyOf } from "./start-play.ts"

/** The dials as they are allowed: those of withheld contents stand at their first setting. */
export function allowedDials({ dream, before, withheld }: TurnDraft): Record<string, string> {
  return Object.fromEntries(Object.entries(before.dials).map(([id, value]) => {
    const dial = dream.dials.get(id)
    const isOff = dial !== undefined && dial.content !== null && withheld.includes(dial.content)
    return [id, isOff ? (dial.values[0]?.value ?? value) : value]
  }))
}

function tell(draft: TurnDraft, step: StoryStep): void {
  for (const line of step.lines) {
    const content = contentOfTags(line.tags).find((one) => draft.withheld.includes(one))
    if (content !== undefined) {
      draft.trace.push({ step: "withheld", line: line.id, content })
      continue
    }
    const { text, origin, id } = line
    const language = line.language ?? draft.language
    const audience = draft.companions()
    draft.trace.push({ step: "line", speaker: line.speaker ?? "", line: id, why: "story" })
    if (line.speaker === null) draft.emit({ type: "narrate", text, language, origin, line: id }, audience)
    else draft.emit({ type: "say", character: line.speaker, text, language, origin, line: id }, audience)
  }
}

/** Gives the story one input. Where it refuses, nothing has happened. */
export function tellStory(draft: TurnDraft, input: StoryInput): StoryRefusal | null {
  const story = storyOf(draft.dream, draft.language)
  if (story === null || draft.story === null) return null
  const step = advanceStory(story, draft.story, stageWorld(draft.world, { dials: allowedDials(draft) }), input)
  if (step.refusal !== null) return step.refusal
  draft.story = step.state
  draft.hasStorySpoken ||= step.lines.length > 0
  draft.take((step.world as WorldOnStage).world, { isStory: true })
  tell(draft, step)
  if (step.ended !== null && !step.ended.isRest) draft.ended = { ending: step.ended.ending }
  return null
}

/** Scenes that may begin one after the other in one turn. */
const mostScenes = 4

/** Scenes that begin by themselves where the story is at rest. */
export function beginScenes(draft: TurnDraft): void {
  for (let count = 0; count < mostScenes && draft.ended === null && draft.story !== null && isStoryAtRest(draft.story); count++) {
    const trigger = draft.dream.scenes.find(({ id, when, isRepeated }) =>
      !draft.scenes.includes(id) && (isRepeated || draft.before.scenes[id] === undefined)
      && holds(draft.world.definition, draft.world.state, when, bindingsOf(draft.world, draft.player)))
    if (trigger === undefined) return
    draft.scenes.push(trigger.id)
    draft.trace.push({ step: "scene", trigger: trigger.id, knot: trigger.enters })
    tellStory(draft, { kind: "enter", knot: trigger.enters })
  }
}
