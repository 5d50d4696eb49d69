import type { Dispose } from "../base/dispose.ts";
import type { JsonValue } from "../base/parse.ts";

/** Small values kept on this device only: name, theme, trust given. Never synced. */
export interface Settings {
  get(key: string): JsonValue | undefined;
  /** Kept at once in memory, stored soon; where storage is refused the value lasts until the window closes. */
  set(key: string, value: JsonValue | undefined): void;
  /** Also hears changes made in other windows of this device. */
  subscribe(key: string, listener: () => void): Dispose;
}
