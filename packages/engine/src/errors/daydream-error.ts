/** The one error class of the project, and how a package declares the errors that it can raise. */
import type { Language } from "../language/index.ts"

/** Facts of one error: plain values that a program can act on and a log can hold. */
export type ErrorFacts = Readonly<Record<string, unknown>>

/** What happened, and what to do about it. */
export interface ErrorText {
  readonly message: string
  readonly hint?: string
}

interface DaydreamErrorOptions {
  readonly code: string
  readonly facts: ErrorFacts
  readonly texts: Readonly<Record<Language, ErrorText>>
  readonly isRetryable: boolean
  readonly exitCode: number
  readonly cause?: unknown
}

/**
 * An error that a user can act on. `message` is English; {@link describeError} gives any language.
 * `exitCode` is 2 for input that the user can mend, 1 for everything else.
 */
export class DaydreamError extends Error {
  readonly code: string
  readonly facts: ErrorFacts
  readonly texts: Readonly<Record<Language, ErrorText>>
  readonly isRetryable: boolean
  readonly exitCode: number
  readonly hint: string | undefined

  constructor(options: DaydreamErrorOptions) {
    super(options.texts.en.message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = "DaydreamError"
    this.code = options.code
    this.facts = options.facts
    this.texts = options.texts
    this.isRetryable = options.isRetryable
    this.exitCode = options.exitCode
    this.hint = options.texts.en.hint
  }
}

/** True for any error of ours, also one that was thrown by another copy of this package. */
export const isDaydreamError = (error: unknown): error is DaydreamError =>
  error instanceof DaydreamError || (error instanceof Error && error.name === "DaydreamError" && "texts" in error)

/** Message and hint of `error` in `language`; for a foreign error its own message. */
export function describeError(error: unknown, language: Language): ErrorText {
  if (isDaydreamError(error)) return error.texts[language]
  return { message: error instanceof Error ? error.message : String(error) }
}

type Texts<F> = { readonly [L in Language]: (facts: F) => ErrorText }

interface ErrorDefinition<F> extends Texts<F> {
  readonly isRetryable?: boolean
  /** 2 (the default): the user can mend it. 1: a fault of the machine or of the program. */
  readonly exitCode?: 1 | 2
}

// `any` is what lets each definition have its own type of facts.
// oxlint-disable-next-line typescript/no-explicit-any
type Definitions = Readonly<Record<string, ErrorDefinition<any>>>

type FactsOf<D> = D extends { readonly en: (facts: infer F) => ErrorText } ? F : never

/**
 * Declares errors by code, each with its text in every language, and returns one constructor a code:
 *
 *     const errors = defineErrors({
 *       no_such_column: {
 *         en: (f: { column: string; columns: readonly string[] }) => ({
 *           message: `There is no column "${f.column}".`, hint: `The columns are: ${f.columns.join(", ")}.` }),
 *         zh: (f) => ({ message: `没有名为“${f.column}”的列。`, hint: `现有的列：${f.columns.join("、")}。` }),
 *       },
 *     })
 *     throw errors.no_such_column({ column, columns })
 */
export function defineErrors<const D extends Definitions>(
  definitions: D,
): { readonly [K in keyof D]: (facts: FactsOf<D[K]>, cause?: unknown) => DaydreamError } {
  const entries = Object.entries(definitions).map(([code, definition]) => [
    code,
    (facts: ErrorFacts, cause?: unknown) =>
      new DaydreamError({
        code,
        facts,
        texts: { en: definition.en(facts), zh: definition.zh(facts) },
        isRetryable: definition.isRetryable ?? false,
        exitCode: definition.exitCode ?? 2,
        cause,
      }),
  ])
  return Object.fromEntries(entries)
}
