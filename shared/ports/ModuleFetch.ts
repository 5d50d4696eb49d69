import type { Bytes } from "../base/units.ts";

/** What a server answered. */
export interface FetchedModule {
  /** Where it was found in the end, after the server sent us on. */
  readonly url: string;
  readonly source: string;
}

/** Why a file could not be had. Messages are for people. */
export class ModuleFetchError extends Error {
  /** The server could not be reached at all. */
  readonly unreachable: boolean;

  constructor(message: string, unreachable: boolean, options?: ErrorOptions) {
    super(message, options);
    this.unreachable = unreachable;
  }
}

/**
 * Gets the text of a program from a server, without telling it who asks: no cookies, no referrer. Never executes anything.
 * @throws ModuleFetchError
 */
export type FetchModule = (url: string, limit: Bytes, signal: AbortSignal) => Promise<FetchedModule>;
