/** What somebody wants from a model: typed inputs, a typed output, an instruction. */
import type { StandardSchemaV1 } from "@standard-schema/spec"
import { functionErrors } from "./errors.ts"
import { inputsOf, isSchema, jsonSchemaOf, outputOf } from "./json-schema.ts"
import { parseWithSchema, rowOf } from "./parse-input.ts"
import { parseSignature, signatureToJson } from "./signature-codec.ts"
import type { AnySchema, OutputShape } from "./json-schema.ts"
import type { ParsedInput } from "./parse-input.ts"
import type { InputField, InputType, Signature } from "./signature.ts"

/** An input in plain words: its type, or its type with a description. */
export type PlainInput = InputType | { readonly type: InputType; readonly description?: string }

/** Inputs as a schema of any library with Standard JSON Schema, or plainly: `{ subject: "text", amount: "number" }`. */
export type InputSpec = AnySchema | Readonly<Record<string, PlainInput>>

/** An output in plain words. For a boolean the first of two classes means true; default "true" and "false". */
export interface PlainOutput<Class extends string = string> {
  /** Name of the output column; default "label". */
  readonly name?: string
  readonly type?: "boolean" | "enum"
  readonly classes?: readonly Class[]
}

/** The output as a schema (boolean, enum, union of literals), as a list of classes, or plainly. */
export type OutputSpec = AnySchema | readonly string[] | "boolean" | PlainOutput

interface ValueOfType {
  text: string | number | null
  number: number | string | null
  date: string | Date | null
  category: string | number | boolean | null
}

/** The type of values that inputs described so take. */
export type InputOf<Spec> = Spec extends AnySchema ? StandardSchemaV1.InferInput<Spec> : {
  [Name in keyof Spec]?: Spec[Name] extends InputType ? ValueOfType[Spec[Name]]
    : Spec[Name] extends { readonly type: infer T extends InputType } ? ValueOfType[T] : never
}

/** The type of values that an output described so gives. */
export type OutputOf<Spec> = Spec extends AnySchema ? StandardSchemaV1.InferOutput<Spec>
  : Spec extends readonly (infer Class)[] ? Class
  : Spec extends "boolean" | { readonly type: "boolean" } ? boolean
  : Spec extends { readonly classes: readonly (infer Class)[] } ? Class : string

/** A function to be run by a plan. It is data and two conversions; it calls no model by itself. */
export interface AIFunction<in Input = never, out Output = unknown> {
  readonly name: string
  readonly instruction?: string
  readonly signature: Signature
  /** A row, or everything that is wrong with the input. */
  parseInput(value: unknown): Promise<ParsedInput>
  /** The typed value of a class, e.g. `true` for "true". */
  toOutput(className: string): Output
  /** Holds the type of the inputs for the compiler; never called. */
  readonly accepts?: (input: Input) => void
}

/** Options of {@link defineFunction}. */
export interface FunctionDefinition<I, O> {
  readonly name: string
  readonly instruction?: string
  readonly input: I
  readonly output: O
  /** What the classes mean, in the user's words. */
  readonly glossary?: Readonly<Record<string, string>>
}

const plainInputs = (spec: Readonly<Record<string, PlainInput>>): readonly InputField[] =>
  Object.entries(spec).map(([name, field]) => (typeof field === "string" ? { name, type: field } : { name, ...field }))

function plainOutput(spec: readonly string[] | "boolean" | PlainOutput): OutputShape {
  const plain: PlainOutput = spec === "boolean" ? { type: "boolean" } : "length" in spec ? { classes: spec } : spec
  const type = plain.type ?? "enum"
  const classes = plain.classes ?? (type === "boolean" ? ["true", "false"] : [])
  if (new Set(classes).size < 2) throw functionErrors.bad_output_schema({ problem: "it has fewer than two classes." })
  const toValue = (className: string) => (type === "boolean" ? className === classes[0] : className)
  return { ...(plain.name === undefined ? {} : { name: plain.name }), type, classes, toValue }
}

/**
 * Defines a function:
 *
 *     const isSpam = defineFunction({
 *       name: "spam", input: { subject: "text", text: "text" }, output: ["spam", "ham"],
 *       glossary: { spam: "unwanted advertising" },
 *     })
 *
 * Schemas of zod 4 and of every library with Standard JSON Schema work as they are. Throws
 * `schema_without_json_schema`, `bad_input_schema`, `bad_output_schema`, `bad_signature`.
 */
export function defineFunction<const I extends InputSpec, const O extends OutputSpec>(
  definition: FunctionDefinition<I, O>,
): AIFunction<InputOf<I>, OutputOf<O>> {
  const { input, output, glossary } = definition as FunctionDefinition<InputSpec, OutputSpec>
  const inputs = isSchema(input) ? inputsOf(jsonSchemaOf(input, "input")) : plainInputs(input)
  const shape = isSchema(output) ? outputOf(jsonSchemaOf(output, "output")) : plainOutput(output)
  const { type, classes, name = "label" } = shape
  const fields = { name, type, classes, ...(glossary === undefined ? {} : { glossary }) }
  const signature = parseSignature(signatureToJson({ inputs, output: fields }))
  return {
    name: definition.name,
    ...(definition.instruction === undefined ? {} : { instruction: definition.instruction }),
    signature,
    parseInput: async (value) => (isSchema(input) ? parseWithSchema(input, inputs, value) : rowOf(inputs, value)),
    toOutput: (className) => shape.toValue(className) as OutputOf<O>,
  }
}
