/** Which modules a TypeScript source imports, by its text. */

const statement = /^[ \t]*(?:import|export)\b[^;'"`]*?\bfrom\s*["']([^"']+)["']/gmu
const sideEffect = /^[ \t]*import\s*["']([^"']+)["']/gmu
const call = /\bimport\(\s*["']([^"']+)["']\s*\)/gu
const url = /\bnew URL\(\s*["'](\.[^"']*\.[cm]?[jt]s)["']\s*,\s*import\.meta\.url/gu

/** Specifiers of all static, side-effect, dynamic and type imports, and of scripts named by `new URL(…, import.meta.url)`; once each. */
export function importsOf(source: string): string[] {
  const code = source.replaceAll(/^\s*(?:\/\*\*?|\*|\/\/).*$/gmu, "")
  const found = [statement, sideEffect, call, url].flatMap((pattern) =>
    Array.from(code.matchAll(pattern), (match) => match[1] as string),
  )
  return [...new Set(found)]
}
