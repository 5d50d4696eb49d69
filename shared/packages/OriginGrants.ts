import { readArray, readString } from "../base/parse.ts";
import type { Settings } from "../ports/Settings.ts";
import { DEFAULT_MODULE_ORIGIN } from "./npmAddress.ts";
import { readUrl } from "./readUrl.ts";

/** Names among the settings of a device: stored for ever. */
export const ALLOWED_ORIGINS = "packages.allowed";
export const MODULE_ORIGIN = "packages.npm";

const ORIGINS_LIMIT = 100;
const ORIGIN_LENGTH = 300;

/** Origins from which the user of this device lets code be loaded. None at first. Never part of a notebook. */
export class OriginGrants {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get list(): readonly string[] {
    return readArray(this.#settings.get(ALLOWED_ORIGINS), ORIGINS_LIMIT, readOrigin) ?? [];
  }

  has(origin: string): boolean {
    return this.list.includes(origin);
  }

  allow(origin: string): void {
    const read = readOrigin(origin);
    if (read === undefined || this.has(read)) return;
    this.#settings.set(ALLOWED_ORIGINS, [...this.list.slice(1 - ORIGINS_LIMIT), read]);
  }

  revoke(origin: string): void {
    const left = this.list.filter((one) => one !== origin);
    this.#settings.set(ALLOWED_ORIGINS, left.length === 0 ? undefined : left);
  }

  /** Where packages of npm are loaded from that a cell names without an address. */
  get moduleOrigin(): string {
    return readOrigin(this.#settings.get(MODULE_ORIGIN)) ?? DEFAULT_MODULE_ORIGIN;
  }

  setModuleOrigin(origin: string): void {
    this.#settings.set(MODULE_ORIGIN, origin === DEFAULT_MODULE_ORIGIN ? undefined : readOrigin(origin));
  }
}

/** Origins that can be allowed: what comes without https could be changed by anybody on the way. */
export function readOrigin(value: unknown): string | undefined {
  const text = readString(value, ORIGIN_LENGTH);
  const url = text === undefined ? undefined : readUrl(text);
  return url?.origin.startsWith("https://") === true ? url.origin : undefined;
}
