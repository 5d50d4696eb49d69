import type { Bytes } from "../base/units.ts";

/** Where wheels of Python's packages come from. */
export interface WheelFetch {
  /**
   * The bytes at an address, without telling its server who asks. Never executes anything.
   * @throws ModuleFetchError
   */
  fetch(url: string, limit: Bytes, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** What the class host says under `WHEELS_PATH`, as it came; undefined if it does not answer, or offers nothing. */
  offered(): Promise<unknown>;
  /** A file that the host offers. @throws ModuleFetchError */
  fetchOffered(file: string, limit: Bytes, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}
