export type InputType = "text" | "number" | "date" | "category"

/** One typed input of a function. */
export interface InputField {
  readonly name: string
  readonly type: InputType
  readonly description?: string
}

/** The typed output of a function: one of two or more classes. */
export interface OutputField {
  readonly name: string
  readonly type: "boolean" | "enum"
  /** The classes as they are written in the data, at least two, in a fixed order; class scores follow this order. */
  readonly classes: readonly string[]
  /** What a class means, in the user's words, by class. */
  readonly glossary?: Readonly<Record<string, string>>
}

/** What a function takes and gives. */
export interface Signature {
  readonly inputs: readonly InputField[]
  readonly output: OutputField
}
