import { join } from "node:path"
import { expect, test } from "vitest"
import { catalogue } from "./catalogue.ts"
import { localPaths, modelFolder } from "./folder.ts"
import { addressOf } from "./source.ts"

test("the cache folder follows DAYDREAM_CACHE, then the system's custom", () => {
  expect(modelFolder({ DAYDREAM_CACHE: "/data" }, "linux")).toBe(join("/data", "models"))
  expect(modelFolder({ XDG_CACHE_HOME: "/cache" }, "linux")).toBe(join("/cache", "daydream", "models"))
  expect(modelFolder({ LOCALAPPDATA: "/local" }, "win32")).toBe(join("/local", "daydream", "models"))
  expect(modelFolder({}, "linux")).toMatch(/\.cache.daydream.models$/u)
})

test("DAYDREAM_MODEL_PATH may name several places", () => {
  expect(localPaths({})).toEqual([])
  expect(localPaths({ DAYDREAM_MODEL_PATH: ["/a", "/b"].join(process.platform === "win32" ? ";" : ":") }).length).toBe(2)
})

test("a mirror named in HF_ENDPOINT replaces the hub", () => {
  const source = { kind: "hub", repository: "a/b", revision: "main", path: "c.gguf" } as const
  expect(addressOf(source, { HF_ENDPOINT: "https://mirror.example/" })).toBe("https://mirror.example/a/b/resolve/main/c.gguf")
})

test("every file of the catalogue is pinned, and the parts of a file add up to it", () => {
  for (const entry of catalogue) {
    for (const file of entry.files) {
      expect(file.sha256).toMatch(/^[0-9a-f]{64}$/u)
      expect(file.sources.length).toBeGreaterThan(0)
      for (const source of file.sources) {
        if (source.kind !== "packages") continue
        expect(source.parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(file.bytes)
      }
    }
  }
})
