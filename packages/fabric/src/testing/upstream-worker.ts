/**
 * A test server as a process of its own, for crash tests and benchmarks:
 *
 *     node --conditions=source packages/fabric/src/testing/upstream-worker.ts mock '{"words":16,"log":{"file":"/tmp/seen.jsonl"}}'
 *     node --conditions=source packages/fabric/src/testing/upstream-worker.ts misbehaving '{"script":[{"kind":"reset"}],"scale":0.1}'
 *
 * Writes its address as one line of JSON, `{"url":"http://127.0.0.1:…/v1"}`, and runs until it is told to end.
 */
import { startMisbehavingUpstream } from "./misbehaving.ts"
import type { MisbehavingOptions } from "./misbehaving.ts"
import { startMockUpstream } from "./mock.ts"
import type { MockOptions } from "./mock.ts"

const [kind, json = "{}"] = process.argv.slice(2)
const options: unknown = JSON.parse(json)
const server = kind === "misbehaving"
  ? await startMisbehavingUpstream(options as MisbehavingOptions) : await startMockUpstream(options as MockOptions)
process.stdout.write(`${JSON.stringify({ url: server.url })}\n`)
const end = () => void server.close().finally(() => process.exit(0))
process.on("SIGTERM", end)
process.on("SIGINT", end)
