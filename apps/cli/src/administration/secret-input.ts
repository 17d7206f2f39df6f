/** A secret from a variable or from standard input, never from the command line. */
import type { CommandContext } from "../frame/index.ts"
import { administrationErrors } from "./errors.ts"

/** Reads the secret. Throws `secret_missing`. */
export async function readSecret(context: CommandContext, variable: string | undefined): Promise<string> {
  const secret = variable === undefined ? await fromInput(context) : context.environment[variable]
  const trimmed = secret?.trim() ?? ""
  if (trimmed === "") throw administrationErrors.secret_missing({ variable })
  return trimmed
}

async function fromInput(context: CommandContext): Promise<string> {
  const { stdin } = process
  if (stdin.isTTY) {
    context.note({ en: "Type the secret and press Enter (it is not shown):", zh: "请输入密钥后按回车（不显示）：" })
    return typedLine(stdin)
  }
  stdin.setEncoding("utf8")
  let text = ""
  for await (const piece of stdin) {
    text += String(piece)
    if (text.length > 100_000) break
  }
  return text
}

/** One line without echo. Ctrl-C ends the program, as it does elsewhere. */
function typedLine(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve) => {
    let text = ""
    const end = () => {
      stdin.setRawMode(false)
      stdin.pause()
      stdin.off("data", take)
      resolve(text)
    }
    const take = (data: Buffer) => {
      for (const character of data.toString("utf8")) {
        if (character === "\u0003") {
          stdin.setRawMode(false)
          process.kill(process.pid, "SIGINT")
          return end()
        }
        if (character === "\r" || character === "\n" || character === "\u0004") return end()
        text = character === "\u007f" || character === "\b" ? text.slice(0, -1) : text + character
      }
    }
    stdin.setRawMode(true)
    stdin.resume()
    stdin.on("data", take)
  })
}
