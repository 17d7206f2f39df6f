/** The AI SDK's provider for OpenAI-compatible servers, loaded when the first model is called. */
import { registerHooks } from "node:module"

type Sdk = typeof import("@ai-sdk/openai-compatible")

let loaded: Promise<Sdk> | undefined

// From a checkout, Node runs with the condition "source", which `eventsource-parser` (a dependency of the SDK) also
// uses, for TypeScript that Node does not run within node_modules. The hook takes the condition away from it alone.
async function load(): Promise<Sdk> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => next(specifier, !specifier.startsWith("eventsource-parser") ? context : {
      ...context, conditions: context.conditions.filter((condition) => condition !== "source"),
    }),
  })
  try {
    return await import("@ai-sdk/openai-compatible")
  } finally {
    hooks.deregister()
  }
}

/** Loads the SDK once. */
export const loadSdk = (): Promise<Sdk> => (loaded ??= load())
