import { expect, test } from "vitest"
import { classifyAttempt, classifyFailure, shedFailure } from "./classify.ts"
import { failure, status, target } from "./cases.test.support.ts"
import type { AttemptFailure } from "./routing.ts"

const rows: readonly (readonly [AttemptFailure, string])[] = [
  [status(400), "nobody caller"],
  [status(422), "nobody caller"],
  [status(415), "nobody caller"],
  [status(400, { code: "context_length_exceeded" }), "larger-context caller"],
  [status(400, { message: "This model's maximum context length is 4096 tokens." }), "larger-context caller"],
  [status(413), "larger-context caller"],
  [status(400, { code: "content_filter" }), "nobody caller"],
  [status(403, { code: "content_policy_violation" }), "nobody caller"],
  [status(200, { code: "content_filter", afterFirstToken: true }), "nobody caller"],
  [status(401), "others target"],
  [status(403), "others target"],
  [status(404), "others nobody"],
  [status(404, { code: "model_not_found" }), "others target"],
  [status(429, { code: "insufficient_quota" }), "others target"],
  [status(429), "others-then-same target"],
  [status(408), "others-then-same target"],
  [status(409), "others-then-same nobody"],
  [status(500), "others-then-same target"],
  [status(502), "others-then-same target"],
  [status(503, { retryAfterMs: 1_000 }), "others-then-same target"],
  [status(529), "others-then-same target"],
  [status(501), "others nobody"],
  [status(302), "others nobody"],
  [status(200, { code: "overloaded_error" }), "others-then-same target"],
  [status(200, { code: "invalid_request_error" }), "nobody caller"],
  [failure("connect"), "others-then-same target"],
  [failure("reset"), "others-then-same target"],
  [failure("connect-timeout"), "others-then-same target"],
  [failure("first-token-timeout"), "others-then-same target"],
  [failure("stall"), "others-then-same target"],
  [failure("malformed"), "others-then-same target"],
  [failure("truncated"), "others-then-same target"],
  [failure("total-timeout"), "nobody nobody"],
  [failure("address-refused"), "others nobody"],
  [failure("refused-prefill"), "others nobody"],
  [shedFailure("p", 2_000), "others nobody"],
]

test.each(rows.map(([given, wanted]) => [`${given.kind} ${given.status ?? ""} ${given.code ?? ""}`, given, wanted] as const))(
  "%s", (_, given, wanted) => {
    const { retry, blames } = classifyFailure(given)
    expect(`${retry} ${blames}`).toBe(wanted)
  })

test("a 400 to a half-said answer refuses the half-said answer, a policy refusal stays one", () => {
  const continuing = { target: target("a"), continuesPartial: true }
  expect(classifyAttempt({ ...continuing, failure: status(400) }).retry).toBe("others")
  expect(classifyAttempt({ ...continuing, failure: status(400, { code: "content_filter" }) }).retry).toBe("nobody")
  expect(classifyAttempt({ target: target("a"), failure: status(400) }).retry).toBe("nobody")
})
