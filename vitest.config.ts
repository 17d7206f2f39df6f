import { defineConfig } from "vitest/config"

export default defineConfig({
  resolve: { conditions: ["source", "node"] },
  ssr: { resolve: { conditions: ["source", "node"] } },
  test: {
    include: ["packages/**/*.test.ts", "apps/**/*.test.ts", "tests/e2e/**/*.test.ts", "tools/**/*.test.ts", "examples/**/*.test.ts", "benchmarks/**/*.test.ts"],
    execArgv: ["--conditions=source"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
