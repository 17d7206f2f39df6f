import { expect, test } from "vitest"
import { peekOption, pickLanguage } from "./language.ts"

test("the language follows --lang, then LC_ALL, LC_MESSAGES and LANG, then the system", () => {
  expect(pickLanguage(["run", "--lang", "en"], { LANG: "zh_CN.UTF-8" }, "zh-CN")).toBe("en")
  expect(pickLanguage(["--lang=zh"], {}, "en-US")).toBe("zh")
  expect(pickLanguage([], { LC_ALL: "zh_CN.UTF-8", LANG: "en_US.UTF-8" }, "en-US")).toBe("zh")
  expect(pickLanguage([], { LC_ALL: "", LANG: "C.UTF-8" }, "zh-CN")).toBe("en")
  expect(pickLanguage([], {}, "zh-Hans-CN")).toBe("zh")
})

test("what stands after -- is no option", () => {
  expect(peekOption(["run", "--", "--lang", "zh"], "--lang")).toBeUndefined()
})
