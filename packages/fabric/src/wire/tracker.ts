/** Keeps the facts of one answer while its parts go by. */
import type { AttemptFailure } from "../routing/index.ts"
import type { MeteredTokens } from "../call/index.ts"
import type { Part } from "./part.ts"
import type { AnswerFacts } from "./wire.ts"

const other = (name: string): AttemptFailure => ({
  kind: "malformed", afterFirstToken: false,
  message: `The model's server sent "${name.slice(0, 64)}", which this interface cannot carry.`,
})

export class AnswerTracker {
  private id: string | null = null
  private model: string | null = null
  private text = ""
  private tokens: MeteredTokens | null = null
  private doubt: string | null = null
  private failure: AttemptFailure | null = null
  private finishSaid: string | null = null
  private readonly started = new Set<number>()
  private readonly finished = new Set<number>()
  private isPlainText: boolean
  /** Visible text of the first choice. */
  visible = ""
  hasContent = false
  hasEnded = false
  private readonly choices: number
  private readonly isSameDialect: boolean

  /** `choices`: how many were asked for. */
  constructor(choices: number, isSameDialect: boolean) {
    this.choices = choices
    this.isSameDialect = isSameDialect
    this.isPlainText = choices === 1
  }

  note(part: Part): void {
    switch (part.type) {
      case "text-delta":
        this.started.add(part.choice)
        this.text += part.text
        if (part.choice === 0) this.visible += part.text
        else this.isPlainText = false
        if (part.text !== "") this.hasContent = true
        return
      case "reasoning-delta":
      case "refusal-delta":
      case "tool-delta": return this.noteUncommon(part.choice, part.text)
      case "tool-open": return this.noteUncommon(part.choice, part.name)
      case "other":
        this.noteUncommon(part.choice, "")
        if (!this.isSameDialect) this.fail(other(part.name))
        return
      case "open":
        this.id ??= part.id
        this.model ??= part.model
        return
      case "finish":
        this.started.add(part.choice)
        this.finished.add(part.choice)
        this.finishSaid ??= part.said
        return
      case "usage":
        // A later report replaces an earlier one, also where it cannot be true.
        if (part.usage.tokens !== null || part.usage.doubt !== null) this.tokens = part.usage.tokens
        this.doubt = part.usage.doubt ?? this.doubt
        return
      case "failure": return this.fail(part.failure)
      case "end":
        this.hasEnded = true
        if (!this.hasFinished) {
          this.fail({
            kind: "truncated", afterFirstToken: false,
            message: "The model's server ended its answer without saying why.",
          })
        }
    }
  }

  /** The first failure stays; whether it came after content is known here. */
  fail(failure: AttemptFailure): void {
    this.failure ??= { ...failure, afterFirstToken: this.hasContent }
    this.hasEnded = true
  }

  get hasFailed(): boolean {
    return this.failure !== null
  }

  private noteUncommon(choice: number, text: string): void {
    this.started.add(choice)
    this.isPlainText = false
    this.text += text
    this.hasContent = true
  }

  /** Every choice that began has ended. */
  private get hasFinished(): boolean {
    return this.finished.size > 0 && this.finished.size === this.started.size
  }

  /** Ended as it must: without the end mark, all choices that were asked for must have ended. */
  get isComplete(): boolean {
    return this.failure === null && this.hasFinished && (this.hasEnded || this.finished.size >= this.choices)
  }

  get facts(): AnswerFacts {
    return {
      id: this.id, model: this.model, finishReason: this.finishSaid, tokens: this.tokens, text: this.text,
      isPlainText: this.isPlainText, failure: this.failure, ...(this.doubt === null ? {} : { usageDoubt: this.doubt }),
    }
  }
}
