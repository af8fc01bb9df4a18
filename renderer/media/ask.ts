// How the media modules speak to the server: the media commands alone, typed by the contract.
import type { CommandInput, CommandName, CommandOutput, ServerEvent } from '../../shared/protocol/contract.ts'
import type { Result } from '../../shared/protocol/result.ts'

export type MediaCommandName = Extract<CommandName, `media.${string}`>
export type MediaEvent = Extract<ServerEvent, { name: `media.${string}` }>

/** The host's `ask`, or anything shaped like it: retries and deadlines are its business, refusals come back as values. */
export type AskMedia = <Name extends MediaCommandName>(
  name: Name,
  input: CommandInput<Name>,
) => Promise<Result<CommandOutput<Name>>>
