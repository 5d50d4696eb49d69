import fc from "fast-check";
import { describe, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import type { Archive } from "../../broker/archive/Archive.ts";
import { createArchiveFolder, type ArchiveFolder } from "../support/archiveFolder.ts";
import { checkProperty } from "../support/property.ts";

type Step = "append" | "compact" | "restart" | "damage the snapshot";

/** A document that is a set of numbers: an update adds one, a snapshot is all so far. */
class Scenario {
  readonly #folder: ArchiveFolder;
  readonly #room = RoomId.create();
  #archive: Archive;
  #all: number[] = [];
  #damaged = false;

  private constructor(folder: ArchiveFolder, archive: Archive) {
    this.#folder = folder;
    this.#archive = archive;
  }

  static async start(): Promise<Scenario> {
    const folder = await createArchiveFolder();
    const scenario = new Scenario(folder, await folder.open());
    await scenario.#archive.load(scenario.#room);
    return scenario;
  }

  async take(step: Step): Promise<void> {
    if (step === "append") {
      this.#all.push(this.#all.length);
      await this.#archive.append(this.#room, Uint8Array.of(this.#all.length - 1));
    } else if (step === "compact") {
      await this.#archive.compact(this.#room, Uint8Array.from(this.#all));
      this.#damaged = false;
    } else await this.#restart(step === "damage the snapshot");
  }

  /** Only one generation is kept, so only one snapshot may go bad before the next is written. */
  async #restart(damage: boolean): Promise<void> {
    await this.#archive.close();
    if (damage && !this.#damaged) await this.#folder.raw((level) => flipBit(level, `doc/${this.#room}/s`));
    this.#damaged ||= damage;
    this.#archive = await this.#folder.open();
    const loaded = await this.#archive.load(this.#room);
    const found = new Set(loaded.flatMap(({ content }) => [...content]));
    const lost = this.#all.filter((value) => !found.has(value));
    if (lost.length > 0) throw new Error(`lost ${lost.join(", ")} of ${this.#all.length}`);
  }

  async end(): Promise<void> {
    await this.#restart(false);
    await this.#archive.close();
    await this.#folder.remove();
  }
}

async function flipBit(level: Parameters<Parameters<ArchiveFolder["raw"]>[0]>[0], key: string): Promise<void> {
  const record = await level.get(key);
  if (record === undefined) return;
  const damaged = Buffer.from(record);
  damaged[damaged.length - 1]! ^= 1;
  await level.put(key, damaged);
}

describe("the archive's generations", () => {
  it("lose nothing that was stored, whichever one snapshot goes bad", () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constant<Step>("append") },
      { weight: 3, arbitrary: fc.constant<Step>("compact") },
      { weight: 1, arbitrary: fc.constant<Step>("restart") },
      { weight: 1, arbitrary: fc.constant<Step>("damage the snapshot") },
    );
    return checkProperty(
      "archive generations",
      15,
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const scenario = await Scenario.start();
        for (const one of steps) await scenario.take(one);
        await scenario.end();
      }),
    );
  }, 120_000);
});
