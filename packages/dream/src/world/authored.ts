/** Conditions and effects that stand outside a world's own files: in lines, stories, tests. */
import type { z } from "zod"
import { actorBindings } from "./compile-entities.ts"
import type { Condition } from "./condition.ts"
import type { WorldDefinition } from "./definition.ts"
import { conditionSchema, effectsSchema } from "./document.ts"
import type { Effect } from "./effect.ts"
import { tellIssues } from "./issues.ts"
import { createNames, vocabularyOfDefinition } from "./names-of-world.ts"
import type { Names, Spot } from "./names-of-world.ts"
import { textsOfProblem } from "./problem.ts"
import type { AuthoredProblem } from "./problem.ts"
import { worldKeys } from "./source.ts"
import type { Reporter } from "./source.ts"

export interface ReadOptions {
  /** `$` names beside `$actor` and `$here`, with what they stand for. */
  readonly bindings?: Readonly<Record<string, "character" | "place" | "thing" | "fact" | "choice">>
}

function read<A, T>(
  schema: z.ZodType<A>,
  value: unknown,
  definition: WorldDefinition,
  options: ReadOptions,
  make: (names: Names, authored: A, spot: Spot) => T,
): { readonly value: T | undefined; readonly problems: readonly AuthoredProblem[] } {
  const problems: AuthoredProblem[] = []
  const reporter: Reporter = {
    report: (code, path, facts, severity) => {
      problems.push({ code, severity: severity ?? "error", path: [...path], ...textsOfProblem(code, facts) })
    },
  }
  const parsed = schema.safeParse(value, { reportInput: true })
  if (!parsed.success) {
    tellIssues(parsed.error.issues, (code, path, facts) => reporter.report(code, path, facts), worldKeys)
    return { value: undefined, problems }
  }
  const bindings = new Map([...actorBindings, ...Object.entries(options.bindings ?? {})])
  const made = make(createNames(vocabularyOfDefinition(definition)), parsed.data, {
    source: reporter,
    path: [],
    bindings,
  })
  return { value: problems.some(({ severity }) => severity === "error") ? undefined : made, problems }
}

/** A condition in the form of `world.yaml`, for {@link holds}; undefined where something is wrong. */
export function readCondition(
  definition: WorldDefinition,
  value: unknown,
  options: ReadOptions = {},
): { readonly condition: Condition | undefined; readonly problems: readonly AuthoredProblem[] } {
  const { value: condition, problems } = read(conditionSchema, value, definition, options, (names, authored, spot) =>
    names.condition(authored, spot),
  )
  return { condition: condition ?? undefined, problems }
}

/** A list of effects in the form of `world.yaml`, for an input of the kind `story`; undefined where something is wrong. */
export function readEffects(
  definition: WorldDefinition,
  value: unknown,
  options: ReadOptions = {},
): { readonly effects: readonly Effect[] | undefined; readonly problems: readonly AuthoredProblem[] } {
  const { value: effects, problems } = read(effectsSchema, value, definition, options, (names, authored, spot) =>
    names.effects(authored, spot),
  )
  return { effects, problems }
}
