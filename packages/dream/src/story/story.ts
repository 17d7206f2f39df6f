/** A compiled story: immutable, with its index of knots, lines, checkpoints and endings. */
import type { Container } from "inkjs/engine/Container"
import type { ListDefinition } from "inkjs/engine/ListDefinition"
import type { AuthoredLine } from "./authored.ts"
import type { StoryFlow } from "./flows.ts"
import type { StorySpeaker } from "./port.ts"

/** A named place from which a save can go on after the author's edits. */
export interface StoryCheckpoint {
  readonly name: string
  /** The knot or stitch that carries it. */
  readonly flow: string
}

/** A story that compiled. */
export interface Story {
  /** SHA-256 of the compiled story: saves pin it. */
  readonly identity: string
  readonly flows: readonly StoryFlow[]
  readonly checkpoints: readonly StoryCheckpoint[]
  /** Knots and stitches that a host may enter: tagged `# entry`. */
  readonly entries: readonly string[]
  readonly endings: readonly string[]
  /** Ids of the characters (or, without a list, the names) that speak. */
  readonly speakers: readonly string[]
  /** Every line and choice that can be read, in the author's order. */
  readonly lines: readonly AuthoredLine[]
  /** Hash of each knot's compiled text; the key "" is what stands before the first. */
  readonly knots: Readonly<Record<string, string>>
  /** Rolls dice, shuffles or draws from lists. */
  readonly usesChance: boolean
}

/** What runs a story; kept apart so that a story shows as plain data. */
export interface StoryEngine {
  readonly content: Container
  readonly lists: ListDefinition[] | null
  readonly speakers: readonly StorySpeaker[] | undefined
  /** Author's lines by `file:line`. */
  readonly lineAt: ReadonlyMap<string, AuthoredLine>
  /** Choice ids by the path of ink's choice point. */
  readonly choiceAt: ReadonlyMap<string, string>
  readonly flowAt: ReadonlyMap<Container, string>
  /** Checkpoints by knot or stitch. */
  readonly checkpointAt: ReadonlyMap<string, string>
  /** World functions that the author's ink defines itself, not as a stand-in. */
  readonly bound: readonly string[]
  /** Knots and stitches that a host may enter. */
  readonly enterable: ReadonlySet<string>
}

const engines = new WeakMap<Story, StoryEngine>()

/** Joins a story with what runs it. */
export function attachEngine(story: Story, engine: StoryEngine): Story {
  engines.set(story, engine)
  return story
}

/** What runs `story`; undefined for a value that `compileStory` did not make. */
export const engineOf = (story: Story): StoryEngine | undefined => engines.get(story)
