/** Commander's command, with our errors in place of its English ones and help in the user's language. */
import { Command, type Option } from "commander"
import { frameErrors } from "./errors.ts"
import { nearest } from "./suggest.ts"

/** The path of a command as typed: "daydream models pull". */
function commandPath(command: Command): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name()
}

/** Names of all options that a command takes, its parents' included. */
function optionNames(command: Command): string[] {
  const own = command.options.flatMap((option) => [option.long, option.short]).filter((one) => one !== undefined)
  return command.parent ? [...own, ...optionNames(command.parent)] : own
}

/**
 * Commander calls the methods below where a command line is wrong. They are not in its typings, so a test of each
 * watches over them.
 */
export class LocalisedCommand extends Command {
  override createCommand(name?: string): LocalisedCommand {
    return new LocalisedCommand(name)
  }

  #help(): string {
    return `${commandPath(this)} --help`
  }

  #usage(): string {
    return `${commandPath(this)} ${this.usage()}`
  }

  /** Commander asks for help on stderr where a group of commands was named without one of them. */
  override help(context?: unknown): never {
    if ((context as { error?: boolean } | undefined)?.error !== true) return super.help()
    const commands = this.commands.map((one) => one.name())
    throw frameErrors.command_needed({ group: commandPath(this), commands, help: this.#help() })
  }

  missingArgument(argument: string): never {
    throw frameErrors.missing_argument({ argument, usage: this.#usage(), help: this.#help() })
  }

  optionMissingArgument(option: Option): never {
    throw frameErrors.missing_option_value({ option: option.flags, help: this.#help() })
  }

  missingMandatoryOptionValue(option: Option): never {
    throw frameErrors.missing_option({ option: option.flags, help: this.#help() })
  }

  _conflictingOption(option: Option, other: Option): never {
    throw frameErrors.conflicting_options({ option: option.flags, other: other.flags })
  }

  unknownOption(flag: string): never {
    const names = optionNames(this)
    const option = flag.split("=")[0] as string
    throw frameErrors.unknown_option({ option, nearest: nearest(option, [...names, "--help"]), help: this.#help() })
  }

  _excessArguments(received: readonly string[]): never {
    const extra = received.slice(this.registeredArguments.length)
    throw frameErrors.too_many_arguments({ extra, usage: this.#usage(), help: this.#help() })
  }

  /** `help models pull` goes down as far as the names go. */
  _dispatchHelpCommand(): never {
    return this.args.slice(1).reduce<LocalisedCommand>((parent, name) => {
      const found = parent.commands.find((one) => one.name() === name)
      return (found as LocalisedCommand | undefined) ?? parent.unknownCommand(name)
    }, this).help()
  }

  unknownCommand(command: string = this.args[0] ?? ""): never {
    const names = [...this.commands.map((one) => one.name()), "help"]
    throw frameErrors.unknown_command({ command, nearest: nearest(command, names), help: this.#help() })
  }
}
