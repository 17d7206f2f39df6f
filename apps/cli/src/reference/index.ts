import { commands } from "../commands/index.ts"
import { commandPaths as pathsOf, renderReference as render } from "./reference.ts"
import type { Language } from "@daydream/engine/language"

/** Words of every command of the program. */
export const commandPaths = (): string[][] => pathsOf(commands)

/** The command line's reference page in one language. */
export const renderReference = (language: Language): Promise<string> => render(language, commands)
