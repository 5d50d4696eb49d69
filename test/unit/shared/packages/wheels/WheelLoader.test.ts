import { beforeEach, describe, expect, it } from "vitest";
import { MemorySettings } from "#shared/adapters/memory/MemorySettings.ts";
import type { ContentHash } from "#shared/base/ids.ts";
import type { WheelFile } from "#shared/contracts/kernel/wheels.ts";
import { OriginGrants } from "#shared/packages/OriginGrants.ts";
import { WHEEL_TIME } from "#shared/packages/wheels/wheelLimits.ts";
import { parseWheelLock } from "#shared/packages/wheels/WheelLock.ts";
import { WheelLoader } from "#shared/packages/wheels/WheelLoader.ts";
import { WheelSource } from "#shared/packages/wheels/WheelSource.ts";
import { ModuleFetchError } from "#shared/ports/ModuleFetch.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";
import { makeWheel, type MadeWheel } from "../../../../support/packages/makeWheel.ts";

const BASE = "https://wheels.example/v1/full/";
const numpy = makeWheel({ name: "numpy", version: "2.4", files: { "numpy/__init__.py": "" } });
const dates = makeWheel({ name: "python-dateutil", files: { "dateutil/__init__.py": "" } });
const pandas = makeWheel({ name: "pandas", version: "3.0", files: { "pandas/__init__.py": "" } });
const own = makeWheel({ name: "class-tools", files: { "tools.py": "" }, needs: ["numpy", "Extra.Part"] });
const part = makeWheel({ name: "extra-part", files: { "part.py": "" } });

const listed = (name: string, wheel: MadeWheel, imports: readonly string[], needs: readonly string[] = []) => ({
  ...{ name, version: "1", file: wheel.file, hash: wheel.hash, imports, needs },
});
const LIST = {
  base: BASE,
  standard: ["math"],
  packages: [
    listed("numpy", numpy, ["numpy"]),
    listed("pandas", pandas, ["pandas"], ["numpy", "python-dateutil"]),
    listed("python-dateutil", dates, ["dateutil"], ["pandas"]),
  ],
};

/** A server, a class host, the cache of a device, the pins of a notebook, and a user. */
class Surroundings {
  readonly published = new Map<string, Uint8Array<ArrayBuffer>>();
  host: { wheels: unknown[]; files: Map<string, Uint8Array<ArrayBuffer>> } | undefined;
  readonly asked: string[] = [];
  readonly questions: string[] = [];
  readonly cached = new Map<ContentHash, Blob>();
  readonly pins = new Map<string, readonly WheelFile[]>();
  readonly grants = new OriginGrants(new MemorySettings());
  readonly clock = new FakeClock();
  /** What peers give for a hash. */
  readonly ofNotebook = new Map<ContentHash, Uint8Array>();
  answer = true;
  offline = false;
  never = false;
  hostAsked = 0;
  given = new Set<string>();

  readonly #get = (files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>, address: string, signal: AbortSignal) => {
    this.asked.push(address);
    if (this.offline) return Promise.reject(new ModuleFetchError(`${address} cannot be reached`, true));
    if (this.never) {
      return new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    }
    const found = files.get(address);
    return found === undefined
      ? Promise.reject(new ModuleFetchError(`there is none at ${address}`, false))
      : Promise.resolve(found);
  };

  readonly loader = new WheelLoader({
    lock: () => {
      const lock = parseWheelLock(LIST);
      return lock === undefined ? Promise.reject(new Error("no list")) : Promise.resolve(lock);
    },
    source: new WheelSource({
      clock: this.clock,
      grants: this.grants,
      cache: {
        wheel: (hash) => Promise.resolve(this.cached.get(hash)),
        keepWheel: (hash, content) => {
          const blob = new Blob([content]);
          this.cached.set(hash, blob);
          return Promise.resolve(blob);
        },
      },
      fetch: {
        fetch: (url, _, signal) => this.#get(this.published, url, signal),
        offered: () => {
          this.hostAsked++;
          return Promise.resolve(this.offline ? undefined : this.host);
        },
        fetchOffered: (file, _, signal) => this.#get(this.host?.files ?? new Map(), file, signal),
      },
    }),
    pins: {
      get: (name) => this.pins.get(name),
      set: (name, wheels) => void this.pins.set(name, wheels),
      content: (hash) => Promise.resolve(this.ofNotebook.get(hash)),
    },
  });

  publish(...wheels: readonly MadeWheel[]): void {
    for (const { file, content } of wheels) this.published.set(BASE + file, content);
  }

  offer(
    ...wheels: readonly (MadeWheel & { readonly imports?: readonly string[]; readonly needs?: readonly string[] })[]
  ) {
    const described = wheels.map(({ file, hash, imports = [], needs = [] }) => ({ file, hash, imports, needs }));
    this.host = { wheels: described, files: new Map(wheels.map(({ file, content }) => [file, content])) };
  }

  async load(...names: readonly string[]) {
    const { wheels, failures } = await this.loader.load(
      names,
      (file) => this.given.has(file),
      (origin) => {
        this.questions.push(origin);
        return Promise.resolve(this.answer);
      },
    );
    return { files: wheels.map(({ file }) => file), failures };
  }
}

let world: Surroundings;
beforeEach(() => {
  world = new Surroundings();
  world.publish(numpy, pandas, dates);
});

describe("WheelLoader", () => {
  it("asks nobody for what Python brings itself", async () => {
    expect(await world.load("math")).toEqual({ files: [], failures: {} });
    expect([world.hostAsked, world.questions]).toEqual([0, []]);
  });

  it("loads a package with all it needs, first what is needed, once the user allows it", async () => {
    expect(await world.load("pandas")).toEqual({ files: [numpy.file, dates.file, pandas.file], failures: {} });
    expect(world.questions).toEqual(["https://wheels.example"]);
    expect(world.pins).toEqual(new Map());
    // And without a network from then on.
    world.offline = true;
    expect(await world.load("pandas", "numpy")).toEqual({ files: [numpy.file, dates.file, pandas.file], failures: {} });
    expect(world.asked).toHaveLength(3);
  });

  it("gives a kernel only what it does not have", async () => {
    world.given = new Set([numpy.file]);
    expect((await world.load("pandas")).files).toEqual([dates.file, pandas.file]);
  });

  it("takes from the class host without asking, by the hash of the list", async () => {
    world.offer(numpy);
    expect(await world.load("numpy")).toEqual({ files: [numpy.file], failures: {} });
    expect([world.questions, world.asked]).toEqual([[], [numpy.file]]);
  });

  it("refuses a file of the class host whose hash is another, or that lies about it", async () => {
    const forged = { ...numpy, content: own.content, hash: own.hash };
    world.offer(forged);
    const refused = {
      numpy: expect.stringMatching(/is not the file that it should be \(its SHA-256 is another\)/) as string,
    };
    expect(await world.load("numpy")).toEqual({ files: [], failures: refused });
    world.offer({ ...forged, hash: numpy.hash });
    expect(await world.load("numpy")).toEqual({ files: [], failures: refused });
    expect([world.questions, world.cached.size]).toEqual([[], 0]);
  });

  it("refuses what a server gives whose hash is another", async () => {
    world.published.set(BASE + numpy.file, own.content);
    expect((await world.load("numpy")).failures["numpy"]).toMatch(/SHA-256 is another\), and it was not used/);
    expect(world.cached.size).toBe(0);
  });

  it("says what to do when the user does not allow it", async () => {
    world.answer = false;
    expect((await world.load("numpy")).failures).toEqual({
      numpy:
        "numpy 1 is not on this computer yet, and you have not allowed it to load code from wheels.example. Connect to the " +
        "internet once, allow it, and run the cell again: from then on it works without. Or ask whoever runs the class " +
        "host to offer it (meshbook serve --wheels)",
    });
    expect(world.asked).toEqual([]);
  });

  it("says what to do without a network", async () => {
    world.offline = true;
    expect((await world.load("numpy")).failures["numpy"]).toMatch(
      /^numpy 1 is not on this computer yet, and wheels\.example cannot be reached\. Connect to the internet once/,
    );
  });

  it("gives up a server that does not end", async () => {
    world.never = true;
    const loading = world.load("numpy");
    await expect.poll(() => world.asked.length).toBe(1);
    world.clock.advance(WHEEL_TIME);
    expect((await loading).failures["numpy"]).toMatch(
      /is not on this computer yet, and wheels\.example cannot be reached/,
    );
  });

  it("takes what is on no list from the class host, and pins it", async () => {
    world.offer({ ...own, imports: ["tools"], needs: ["numpy", "extra-part"] }, { ...part, imports: ["part"] });
    expect(await world.load("tools")).toEqual({ files: [numpy.file, part.file, own.file], failures: {} });
    expect(world.pins.get("tools")).toEqual([numpy, part, own].map(({ file, hash }) => ({ file, hash })));
    // What the host offers later under the same name is refused, also elsewhere.
    world.cached.clear();
    world.offer({ ...own, content: part.content, hash: part.hash, imports: ["tools"] }, part);
    expect((await world.load("tools")).failures["tools"]).toMatch(
      /The tools that is offered here is another: .* SHA-256/,
    );
    world.host = undefined;
    expect((await world.load("tools")).failures["tools"]).toMatch(
      /^tools is not on this computer yet\. Connect to the class host/,
    );
  });

  it("takes what was added to the notebook as a file from whoever has it, without a host, and then from here", async () => {
    world.offline = true;
    world.pins.set("part", [part]);
    world.ofNotebook.set(part.hash, part.content);
    expect(await world.load("part")).toEqual({ files: [part.file], failures: {} });
    world.ofNotebook.clear();
    expect(await world.load("part")).toEqual({ files: [part.file], failures: {} });
    expect([world.asked, world.questions]).toEqual([[], []]);
  });

  it("refuses what somebody gives for a file of the notebook that has another hash", async () => {
    world.pins.set("part", [part]);
    world.ofNotebook.set(part.hash, own.content);
    expect((await world.load("part")).failures["part"]).toMatch(/SHA-256 is another\), and it was not used/);
    expect(world.cached.size).toBe(0);
  });

  it("says so where nobody knows a package", async () => {
    expect((await world.load("tools")).failures["tools"]).toMatch(/^No package for it is known for this Python\./);
  });
});
