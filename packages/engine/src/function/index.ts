export type { Cell, KeyedRow, Row } from "./row.ts"
export type { InputField, InputType, OutputField, Signature } from "./signature.ts"
export type { Example } from "./example.ts"
export type { Explanation, Outcome, Reason, RowFault, RunOptions, Variant, VariantFiles } from "./variant.ts"
