export type { Cell, KeyedRow, Row } from "./row.ts"
export type { InputField, InputType, OutputField, Signature } from "./signature.ts"
export type { Example } from "./example.ts"
export type { Explanation, Outcome, Reason, RowFault, RunOptions, Variant, VariantFiles } from "./variant.ts"
export { defineFunction } from "./define-function.ts"
export type {
  AIFunction, FunctionDefinition, InputOf, InputSpec, OutputOf, OutputSpec, PlainInput, PlainOutput,
} from "./define-function.ts"
export { functionErrors } from "./errors.ts"
export type { AnySchema } from "./json-schema.ts"
export type { InputIssue, ParsedInput } from "./parse-input.ts"
export { parseSignature, signatureToJson } from "./signature-codec.ts"
