import { defineErrors, isDaydreamError } from "@daydream/engine/errors"
import { describe, expect, test } from "vitest"
import type { AttemptFailure } from "../routing/index.ts"
import { errorBody } from "./error-body.ts"
import { wireErrors } from "./errors.ts"
import { errorFromFailure, failureFromBody, safeMessage } from "./failure.ts"
import { errorHeaders, hasStatus, statusOf } from "./status.ts"

const failure = (more: Partial<AttemptFailure>): AttemptFailure => ({ kind: "status", message: "told by the upstream", afterFirstToken: false, ...more })
const outcome = (more: Partial<AttemptFailure>) => {
  const error = errorFromFailure(failure(more))
  return [statusOf(error), (errorBody("chat", error)["error"] as { code: string }).code]
}

describe("what a client is told of a failed attempt", () => {
  test.each<[Partial<AttemptFailure>, [number, string]]>([
    [{ status: 400, code: "context_length_exceeded" }, [400, "context_length_exceeded"]],
    [{ status: 400, code: "content_filter" }, [400, "content_filter"]],
    [{ status: 400, code: "invalid_value" }, [400, "invalid_value"]],
    [{ status: 422 }, [422, "upstream_rejected"]], [{ status: 413 }, [413, "upstream_rejected"]],
    [{ status: 401, code: "invalid_api_key" }, [502, "upstream_failed"]], [{ status: 403 }, [502, "upstream_failed"]],
    [{ status: 402 }, [502, "upstream_failed"]], [{ status: 404, code: "model_not_found" }, [502, "upstream_failed"]],
    [{ status: 429 }, [429, "rate_limit_exceeded"]], [{ status: 500 }, [502, "upstream_failed"]], [{ status: 503 }, [502, "upstream_failed"]],
    [{ status: 504 }, [504, "upstream_timeout"]],
    [{ kind: "connect" }, [502, "upstream_failed"]], [{ kind: "reset" }, [502, "upstream_failed"]], [{ kind: "malformed" }, [502, "upstream_failed"]],
    [{ kind: "address-refused" }, [502, "upstream_failed"]], [{ kind: "truncated" }, [502, "stream_cut"]],
    [{ kind: "connect-timeout" }, [504, "upstream_timeout"]], [{ kind: "first-token-timeout" }, [504, "upstream_timeout"]],
    [{ kind: "stall" }, [504, "upstream_timeout"]], [{ kind: "total-timeout" }, [504, "upstream_timeout"]],
    [{ kind: "stall", afterFirstToken: true }, [502, "stream_cut"]],
  ])("%j", (given, told) => {
    expect(outcome(given)).toEqual(told)
  })

  test("the wait of a 429 is passed on", () => {
    expect(errorHeaders(errorFromFailure(failure({ status: 429, retryAfterMs: 1_200 })))).toEqual({ "retry-after": "2", "x-should-retry": "true" })
  })

  test("a refusal of our own account tells nothing of it", () => {
    const body = JSON.stringify(errorBody("chat", errorFromFailure(failure({ status: 401, code: "invalid_api_key", message: "Incorrect API key provided: sk-abc" }))))
    expect(body).not.toMatch(/sk-|key/i)
  })
})

describe("bodies", () => {
  const error = wireErrors.bad_request({ param: "n", problem: { en: "is wrong.", zh: "有误。" } })

  test("have the shape of each API", () => {
    expect(errorBody("chat", error)).toEqual({ error: { message: "n: is wrong. Mend the request; sending it again unchanged cannot succeed.", type: "invalid_request_error", param: "n", code: "bad_request" } })
    expect(errorBody("messages", error, "req_1")).toEqual({ type: "error", error: { type: "invalid_request_error", message: expect.stringContaining("n: is wrong.") }, request_id: "req_1" })
  })

  test("an error that is not known is 500 and keeps its text to itself", () => {
    const other = defineErrors({ odd: { en: () => ({ message: "postgres://user:pw@host" }), zh: () => ({ message: "x" }) } })
    for (const unknown of [new Error("postgres://user:pw@host"), other.odd({}), "text", null, undefined]) {
      expect(statusOf(unknown)).toBe(500)
      expect(JSON.stringify(errorBody("chat", unknown))).not.toContain("postgres")
      expect(errorBody("messages", unknown)).toMatchObject({ error: { type: "api_error" } })
    }
  })

  test("every error of the wire has a status and a text in both languages", () => {
    for (const [code, make] of Object.entries(wireErrors)) {
      const made = (make as (facts: unknown) => unknown)({ param: "p", problem: { en: "e", zh: "中" }, message: "m", model: "m", api: "a", status: 400, code: "c", limit: 1, method: "GET", path: "/", allowed: "GET", retryAfterMs: 1, kind: "k" })
      if (!isDaydreamError(made)) throw new Error(code)
      expect(hasStatus(code) || code === "upstream_rejected" ? [] : code).toEqual([])
      expect(made.texts.en.message).not.toContain("undefined")
      expect(made.texts.zh.message).toMatch(/[\u4e00-\u9fff]/)
    }
  })
})

describe("an upstream's own words", () => {
  test("lose addresses and secrets", () => {
    expect(safeMessage("connect to https://10.1.2.3:8000/v1?key=abc failed, 192.168.0.4:99 and [fe80::1]:80, key sk-proj-abcdef12345 Bearer abc.def"))
      .toBe("connect to [address] failed, [address] and [address], key [secret] Bearer [secret]")
    expect(safeMessage("x".repeat(2000)).length).toBeLessThan(1100)
    expect(safeMessage("This model's maximum context length is 4096 tokens.")).toBe("This model's maximum context length is 4096 tokens.")
  })

  test("are found in the shapes of all servers", () => {
    const told = (body: object) => failureFromBody(body as never, { status: 400, afterFirstToken: false })
    expect(told({ error: { message: "m", type: "t", code: "c" } })).toMatchObject({ code: "c", message: "m" })
    expect(told({ error: { message: "m", type: "BadRequestError", code: 400 } })).toMatchObject({ code: "BadRequestError", message: "m" })
    expect(told({ type: "error", error: { type: "invalid_request_error", message: "prompt is too long: 9 tokens > 8 maximum" } })).toMatchObject({ code: "context_length_exceeded" })
    expect(told({ detail: "d" })).toMatchObject({ message: "d" })
    expect(told({ error: "plain" })).toMatchObject({ message: "plain" })
    expect(told({}).message).not.toBe("")
  })
})
