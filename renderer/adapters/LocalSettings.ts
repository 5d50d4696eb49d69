import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import type { JsonValue } from "#shared/base/parse.ts";
import type { Settings } from "#shared/ports/Settings.ts";

const PREFIX = "meshbook.";

/** What of `window` settings use. */
export interface SettingsWindow {
  /** Throws, or is missing, where storage is switched off. */
  readonly localStorage?: Storage;
  addEventListener(type: "storage", listener: (event: StorageEvent) => void): void;
}

/**
 * Settings in localStorage: small, and there at the first paint, which the theme needs. What storage refuses lasts until
 * the window closes. Lives as long as its window.
 */
export class LocalSettings implements Settings {
  readonly #storage: Storage | undefined;
  /** Values that storage refused. They win over what is stored. */
  readonly #unstored = new Map<string, JsonValue | undefined>();
  /** What was read last, so that an unchanged value is the same object each time. */
  readonly #read = new Map<string, { readonly text: string; readonly value: JsonValue | undefined }>();
  /** The key that changed; undefined when all may have. */
  readonly #changed = new Emitter<string | undefined>();

  constructor(surroundings: SettingsWindow = window) {
    this.#storage = storageOf(surroundings);
    surroundings.addEventListener("storage", (event) => this.#onStorage(event));
  }

  get(key: string): JsonValue | undefined {
    if (this.#unstored.has(key)) return this.#unstored.get(key);
    const text = this.#storedText(key);
    if (text === undefined) return undefined;
    const read = this.#read.get(key);
    if (read?.text === text) return read.value;
    const value = parse(text);
    this.#read.set(key, { text, value });
    return value;
  }

  set(key: string, value: JsonValue | undefined): void {
    this.#unstored.delete(key);
    if (!this.#store(key, value)) this.#unstored.set(key, structuredClone(value));
    this.#changed.emit(key);
  }

  /** Storage was cleared under us: stores again what we know of it. */
  keepAgain(): void {
    for (const [key, { value }] of this.#read) if (this.#storedText(key) === undefined) this.#store(key, value);
  }

  subscribe(key: string, listener: () => void): Dispose {
    return this.#changed.subscribe((changed) => {
      if (changed === undefined || changed === key) listener();
    });
  }

  #storedText(key: string): string | undefined {
    try {
      return this.#storage?.getItem(PREFIX + key) ?? undefined;
    } catch {
      return undefined;
    }
  }

  #store(key: string, value: JsonValue | undefined): boolean {
    if (this.#storage === undefined) return false;
    try {
      if (value === undefined) {
        this.#storage.removeItem(PREFIX + key);
        this.#read.delete(key);
      } else {
        const text = JSON.stringify(value);
        this.#storage.setItem(PREFIX + key, text);
        this.#read.set(key, { text, value: parse(text) });
      }
      return true;
    } catch {
      return false;
    }
  }

  /** Another window changed something; what it stored counts, also over what we could not store. */
  #onStorage({ key, newValue, storageArea }: StorageEvent): void {
    if (storageArea !== null && storageArea !== this.#storage) return;
    if (key?.startsWith(PREFIX) === true && newValue === null) this.#read.delete(key.slice(PREFIX.length));
    if (key === null) this.#unstored.clear();
    else if (key.startsWith(PREFIX)) this.#unstored.delete(key.slice(PREFIX.length));
    else return;
    this.#changed.emit(key?.slice(PREFIX.length));
  }
}

function storageOf(surroundings: SettingsWindow): Storage | undefined {
  try {
    return surroundings.localStorage;
  } catch {
    return undefined;
  }
}

function parse(text: string): JsonValue | undefined {
  try {
    // reason: JSON.parse gives nothing but JSON values.
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
