import { expect, expectTypeOf, test } from "vitest"
import { playJsonSchema } from "../../packages/dream/src/protocol/index.ts"
import type * as server from "../../packages/dream/src/protocol/index.ts"
import type * as client from "../../packages/client/src/index.ts"
import { typescriptOf } from "./index.ts"

test("the client's types are written from the protocol's schemas (vitest -u writes them)", async () => {
  await expect(typescriptOf(playJsonSchema())).toMatchFileSnapshot("../../packages/client/src/protocol.ts")
})

test("the client's types are those of the server", () => {
  expectTypeOf<server.Immutable<client.SessionState>>().toEqualTypeOf<server.Immutable<server.SessionState>>()
  expectTypeOf<server.Immutable<client.SessionEvent>>().toEqualTypeOf<server.Immutable<server.SessionEvent>>()
  expectTypeOf<server.Immutable<client.ServerMessage>>().toEqualTypeOf<server.Immutable<server.ServerMessage>>()
  expectTypeOf<server.Immutable<client.ClientMessage>>().toEqualTypeOf<server.Immutable<server.ClientMessage>>()
  expectTypeOf<server.Immutable<client.DreamList>>().toEqualTypeOf<server.Immutable<server.DreamList>>()
})

test("every form of schema has its type", () => {
  expect(
    typescriptOf({
      $defs: {
        A: {
          type: "object",
          properties: {
            list: { type: "array", items: { type: ["string", "null"] } },
            map: { type: "object", additionalProperties: { $ref: "#/$defs/B" } },
          },
          required: ["list"],
        },
        B: { enum: ["x", 1], description: "Two." },
        C: { anyOf: [{ $ref: "#/$defs/A" }, { const: true }, {}] },
      },
    })
  ).toContain(`export interface A {
  readonly list: readonly (string | null)[]
  readonly map?: Readonly<Record<string, B>>
}

/** Two. */
export type B = "x" | 1

export type C = A | true | unknown
`)
})
