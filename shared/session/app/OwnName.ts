import type { PeerId } from "../../base/ids.ts";
import { readInteger, readString } from "../../base/parse.ts";
import { Value } from "../../base/value.ts";
import { LAST_NAME_NUMBER, nameNumberAmong, numberedName, type NamedPeer } from "../../presence/defaultName.ts";
import { cleanName } from "../../presence/presence.ts";
import type { Settings } from "../../ports/Settings.ts";

const NAME = "name";
const NUMBER = "nameNumber";
const NAME_SETTING_LIMIT = 1_000;

/** What this device's user is called: as they said, or else by a name that nobody has who is here. */
export class OwnName {
  readonly value: Value<string>;
  readonly #settings: Settings;
  readonly #peer: PeerId;
  #number: number;
  #isGiven: boolean;

  constructor(settings: Settings, peer: PeerId) {
    this.#settings = settings;
    this.#peer = peer;
    const given = readString(settings.get(NAME), NAME_SETTING_LIMIT);
    this.#isGiven = given !== undefined;
    this.#number = readInteger(settings.get(NUMBER), 1, LAST_NAME_NUMBER) ?? 1;
    this.value = new Value(given === undefined ? numberedName(peer, this.#number) : cleanName(given));
  }

  set(name: string): void {
    this.#isGiven = true;
    this.#settings.set(NAME, cleanName(name));
    this.value.set(cleanName(name));
  }

  /** These are here, too. */
  meet(others: readonly NamedPeer[]): void {
    if (this.#isGiven) return;
    const number = nameNumberAmong(this.#peer, this.#number, others);
    if (number === this.#number) return;
    this.#number = number;
    // Who was told from others once is called the same on the next visit.
    this.#settings.set(NUMBER, number);
    this.value.set(numberedName(this.#peer, number));
  }
}
