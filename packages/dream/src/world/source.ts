/** One file of a world: its values, and where each of them stands. */
import { worldDocument, worldJsonSchema } from "./document.ts"
import type { WorldDocument } from "./document.ts"
import { keysOf } from "./issues.ts"
import type { WorldProblem } from "./problem.ts"
import { readYamlFile } from "./yaml-file.ts"
import type { WorldFile, YamlFile } from "./yaml-file.ts"

export type { Path, Reporter, WorldFile } from "./yaml-file.ts"

/** A parsed file, and how a problem in it is told. */
export type Source = YamlFile<WorldDocument>

let known: ReadonlySet<string> | undefined
/** Every key that may stand somewhere in a world's file. */
export const worldKeys = (): ReadonlySet<string> => (known ??= keysOf(worldJsonSchema()))

/** Parses one file. `undefined` where it has not the form of a world; `problems` gets everything that is wrong. */
export const readSource = (file: WorldFile, problems: WorldProblem[]): Source | undefined =>
  readYamlFile(file, worldDocument, worldKeys, problems)
