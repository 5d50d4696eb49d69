import { ContentHash, PeerId, RoomId } from "#shared/base/ids.ts";
import { isRecord, readArray, readString } from "#shared/base/parse.ts";
import type { Settings } from "#shared/ports/Settings.ts";

/** Name among the settings of a device: stored for ever. */
export const ALLOWED_SCRIPTS = "outputs.scripts";
/** Later ones push out the first: each is asked about again, nothing is lost. */
const GRANTS_LIMIT = 500;
const NAME_LENGTH = 256;

/** Whose scripts: of a device in one notebook, or of one output of which nobody knows who made it. */
export type ScriptSource =
  | { readonly room: RoomId; readonly author: PeerId; readonly name: string }
  | { readonly output: ContentHash };

/** What the reader of this device lets run in outputs. Nothing at first. Never part of a notebook. */
export class ScriptGrants {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  has(source: ScriptSource): boolean {
    return this.#list.some((one) => isSame(one, source));
  }

  /** Another device that is allowed here shows itself by the same name. */
  hasNamesake(source: ScriptSource): boolean {
    if (!("author" in source)) return false;
    const { room, author, name } = source;
    return this.#list.some((one) => "author" in one && one.room === room && one.name === name && one.author !== author);
  }

  allow(source: ScriptSource): void {
    if (!this.has(source)) this.#keep([...this.#list.slice(1 - GRANTS_LIMIT), source]);
  }

  revoke(source: ScriptSource): void {
    this.#keep(this.#list.filter((one) => !isSame(one, source)));
  }

  get #list(): readonly ScriptSource[] {
    return readArray(this.#settings.get(ALLOWED_SCRIPTS), GRANTS_LIMIT, readSource) ?? [];
  }

  #keep(sources: readonly ScriptSource[]): void {
    this.#settings.set(ALLOWED_SCRIPTS, sources.length === 0 ? undefined : sources.map((one) => ({ ...one })));
  }
}

function isSame(one: ScriptSource, other: ScriptSource): boolean {
  if ("output" in one) return "output" in other && one.output === other.output;
  return "author" in other && one.author === other.author && one.room === other.room;
}

function readSource(value: unknown): ScriptSource | undefined {
  if (!isRecord(value)) return undefined;
  const output = ContentHash.parse(value["output"]);
  if (output !== undefined) return { output };
  const [room, author] = [RoomId.parse(value["room"]), PeerId.parse(value["author"])];
  const name = readString(value["name"], NAME_LENGTH);
  return room === undefined || author === undefined || name === undefined ? undefined : { room, author, name };
}
