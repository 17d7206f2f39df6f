/** What a command is: plain data and one function. Files of commands stay light; `run` imports what is heavy. */
import type { Localized } from "@daydream/engine/language"
import type { CommandContext } from "./context.ts"
import type { OptionKind } from "./option-kind.ts"

export interface ArgumentDefinition {
  /** As commander writes it: `<plan>` required, `[rows]` optional, `<files...>` several. */
  readonly name: string
  readonly description: Localized
}

export interface OptionDefinition {
  /** As commander writes it: `--target <share>`, `--all`, `--no-explain`. */
  readonly flags: string
  readonly description: Localized
  /** How the value is read; default `text`. Ignored for flags without a value. */
  readonly kind?: OptionKind
  readonly choices?: readonly string[]
  readonly default?: string | number | boolean
  readonly isRequired?: boolean
}

export interface CommandDefinition<Options = Readonly<Record<string, unknown>>> {
  readonly name: string
  readonly description: Localized
  /** Shown after the options: examples, limits. */
  readonly details?: Localized
  readonly arguments?: readonly ArgumentDefinition[]
  readonly options?: readonly OptionDefinition[]
  readonly subcommands?: readonly CommandDefinition[]
  /** True for what runs until it is stopped: a signal is then its ordinary end. */
  readonly runsUntilStopped?: boolean
  /**
   * Does the work. `args` holds the arguments in order (an optional one that was not given is absent; a variadic one
   * takes the rest). `options` holds values by camel-cased name. What it returns is printed as the JSON document under
   * `--json`; without it, `context.print` and `context.table` show the result.
   */
  readonly run?: (context: CommandContext, args: readonly string[], options: Options) => Promise<unknown>
}

/** Declares a command whose options have the type `Options`, in the shape that the list of commands takes. */
export const defineCommand = <Options = Readonly<Record<string, unknown>>>(
  definition: CommandDefinition<Options>,
): CommandDefinition => definition as unknown as CommandDefinition
