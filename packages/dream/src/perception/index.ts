export { findLeaks } from "./leaks.ts"
export { perceive } from "./perceive.ts"
export type {
  NamedEntity,
  PerceivedCharacter,
  PerceivedFact,
  PerceivedPlace,
  PerceivedThing,
  PerceiveOptions,
  Perception,
} from "./perceive.ts"
export type { NoticedEvent, PerceivedEvent } from "./project-event.ts"
