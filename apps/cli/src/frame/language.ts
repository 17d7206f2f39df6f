/** In which language to speak: `--lang`, else the locale of the environment. */
import { languages, type Language } from "@daydream/engine/language"

type Environment = Readonly<Record<string, string | undefined>>

/** Value of a global option wherever it stands before `--`, found before anything is parsed. */
export function peekOption(argv: readonly string[], name: string): string | undefined {
  const end = argv.indexOf("--")
  const shown = end === -1 ? argv : argv.slice(0, end)
  const joined = shown.findLast((one) => one.startsWith(`${name}=`))
  if (joined !== undefined) return joined.slice(name.length + 1)
  const at = shown.lastIndexOf(name)
  return at === -1 ? undefined : shown[at + 1]
}

/** Language of the environment's locale (`LC_ALL`, `LC_MESSAGES`, `LANG`, else the system's); English unless Chinese. */
function languageOf(environment: Environment, systemLocale: string): Language {
  const locale = [environment["LC_ALL"], environment["LC_MESSAGES"], environment["LANG"]].find((one) => one) ?? systemLocale
  return /^zh\b/iu.test(locale.replace("_", "-")) ? "zh" : "en"
}

/** The language that the command line asks for, else that of the environment. */
export function pickLanguage(argv: readonly string[], environment: Environment, systemLocale: string): Language {
  const asked = peekOption(argv, "--lang")
  return languages.find((one) => one === asked) ?? languageOf(environment, systemLocale)
}
