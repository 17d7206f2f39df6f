/** The distribution over given answers from the most probable tokens that a server reports at each step. */
import { z } from "zod"

const token = z.looseObject({ token: z.string(), logprob: z.number() })

const bodySchema = z.looseObject({
  choices: z.tuple([z.looseObject({
    logprobs: z.looseObject({ content: z.array(token.extend({ top_logprobs: z.array(token) })).min(1) }),
  })], z.unknown()),
})

/** One generated token with its rivals. */
export interface TokenStep {
  readonly token: string
  readonly logprob: number
  /** The most probable tokens here, the generated one usually among them. */
  readonly rivals: readonly { readonly token: string; readonly logprob: number }[]
}

/** The steps in the body of a chat completion, or null where the server gave no log probabilities. */
export function readTokenSteps(body: unknown): readonly TokenStep[] | null {
  const parsed = bodySchema.safeParse(body)
  if (!parsed.success) return null
  return parsed.data.choices[0].logprobs.content.map((step) =>
    ({ token: step.token, logprob: step.logprob, rivals: step.top_logprobs }))
}

const normal = (text: string) => text.normalize("NFKC").toLowerCase().trimStart()

// Mass of an answer that was not among the rivals: below all that a server reports (the 20th token is rarely rarer).
const FLOOR = 1e-7

/**
 * Log probability of each continuation. The answer is followed token by token: where a rival leaves the generated path,
 * its probability goes, in equal parts, to the continuations that begin in its way; what stays on the path to its
 * end goes to those equal to it. Leading spaces, case and width do not matter. One call serves any number of
 * continuations; it is exact where continuations differ in the token at which they part.
 */
export function scoreFromSteps(steps: readonly TokenStep[], continuations: readonly string[]): number[] {
  const texts = continuations.map((text) => normal(text).trimEnd())
  const mass = texts.map(() => 0)
  const give = (share: number, path: string) => {
    const meant = texts.flatMap((text, index) => (path !== "" && (text.startsWith(path) || isWhole(text, path)) ? [index] : []))
    for (const index of meant) mass[index] = (mass[index] ?? 0) + share / meant.length
  }
  let path = ""
  let reach = 1
  for (const step of steps) {
    for (const rival of step.rivals) {
      if (rival.token !== step.token) give(reach * Math.exp(rival.logprob), normal(path + rival.token))
    }
    reach *= Math.exp(step.logprob)
    path = normal(path + step.token)
    if (!texts.some((text) => text.startsWith(path))) break
  }
  give(reach, path.trimEnd())
  return mass.map((share) => Math.log(Math.max(share, FLOOR)))
}

/** True where `path` is `text` and then something that ends a word. */
const isWhole = (text: string, path: string): boolean =>
  text !== "" && path.startsWith(text) && !/^[\p{L}\p{N}]/u.test(path.slice(text.length))
