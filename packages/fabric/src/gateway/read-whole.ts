/** Takes an answer that is not streamed. */
import type { OpenAttempt } from "../routing/index.ts"
import { translateAnswer } from "../wire/index.ts"
import type { CallRun } from "./call-run.ts"
import { collectBody } from "./collect.ts"
import { faultOf } from "./failure-of-thrown.ts"
import type { TargetPlan } from "./plan-call.ts"
import type { Reception } from "./reception.ts"

interface Reading {
  readonly run: CallRun
  readonly target: TargetPlan
  readonly open: OpenAttempt
  readonly body: AsyncIterable<Uint8Array>
}

async function collected(run: CallRun, body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  try {
    return await collectBody(body, run.core.limits.answerBytes)
  } catch (error) {
    throw faultOf(run, error)
  }
}

/** The whole answer, in the client's interface. Throws `UpstreamFault`. */
export async function readWhole({ run, target, open, body }: Reading): Promise<Reception> {
  const bytes = await collected(run, body)
  const { facts, json, bytes: answer } = translateAnswer(run.call, target.dialect, bytes, {
    requestId: run.exchange.requestId, created: Math.floor(run.exchange.startedAt / 1000),
  })
  const isAnswer = json !== null && facts.failure === null
  const failure = isAnswer ? null : facts.failure ??
    { kind: "malformed" as const, message: "The model's server sent an answer that cannot be read.", afterFirstToken: false }
  return {
    failure, facts, answer: isAnswer ? answer : null, said: facts.text,
    firstTokenMs: isAnswer ? open.firstToken() : null,
  }
}
