import { beforeEach, describe, expect, it } from "vitest";
import { MemorySettings } from "#shared/adapters/memory/MemorySettings.ts";
import { mib, seconds } from "#shared/base/units.ts";
import type { PackagePin } from "#shared/notebook/packagePins.ts";
import { graphHash, type ModuleGraph } from "#shared/packages/ModuleGraph.ts";
import { ModuleLoader } from "#shared/packages/ModuleLoader.ts";
import { OriginGrants } from "#shared/packages/OriginGrants.ts";
import { MODULE_FILES } from "#shared/packages/packageLimits.ts";
import { transformModule } from "#shared/packages/transformModule.ts";
import { ModuleFetchError } from "#shared/ports/ModuleFetch.ts";
import { FakeClock } from "../../../support/FakeClock.ts";

const ESM = "https://esm.sh";
const address = (named: string): string => `${ESM}/${named}?bundle&target=es2022`;

/** A server, the cache of a device, the pins of a notebook, and a user. */
class Surroundings {
  files: Record<string, string> = {};
  readonly moved: Record<string, string> = {};
  readonly asked: string[] = [];
  readonly graphs = new Map<string, ModuleGraph>();
  readonly addresses = new Map<string, PackagePin>();
  pins = new Map<string, PackagePin>();
  readonly questions: string[] = [];
  readonly clock = new FakeClock();
  answer = true;
  offline = false;
  never = false;
  readonly grants = new OriginGrants(new MemorySettings());
  readonly loader = new ModuleLoader({
    clock: this.clock,
    grants: this.grants,
    transform: (source) => Promise.resolve().then(() => transformModule(source)),
    fetch: (url, _, signal) => {
      this.asked.push(url);
      if (this.never) {
        return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
      }
      if (this.offline) return Promise.reject(new ModuleFetchError(`${url} cannot be reached`, true));
      const found = this.moved[url] ?? url;
      const source = this.files[found];
      return source === undefined
        ? Promise.reject(new ModuleFetchError(`there is none at ${url}`, false))
        : Promise.resolve({ url: found, source });
    },
    cache: {
      graph: (hash) => Promise.resolve(this.graphs.get(hash)),
      pin: (at) => Promise.resolve(this.addresses.get(at)),
      keep: (hash, graph, addresses) => {
        this.graphs.set(hash, graph);
        for (const at of addresses) this.addresses.set(at, { url: addresses.at(-1)!, hash });
        return Promise.resolve();
      },
    },
    pins: { get: (text) => this.pins.get(text), set: (text, pin) => void this.pins.set(text, pin) },
  });

  load(...texts: readonly string[]) {
    return this.loader.load(texts, (origin) => {
      this.questions.push(origin);
      return Promise.resolve(this.answer);
    });
  }
}

let world: Surroundings;
beforeEach(() => {
  world = new Surroundings();
  world.files = {
    [address("d3")]: "export * from '/d3@7.9.0/d3.mjs'",
    [address("d3@7.9.0")]: "export * from '/d3@7.9.0/d3.mjs'",
    [`${ESM}/d3@7.9.0/d3.mjs`]: "export const x = 1",
  };
});

const failure = (text: RegExp) => ({ failure: expect.stringMatching(text) as string });

describe("an import", () => {
  it("is loaded once the user allows it, with the exact version pinned", async () => {
    const loaded = await world.load("d3");
    expect(loaded.entries).toEqual({ d3: { url: address("d3@7.9.0") } });
    expect(loaded.files.map(({ url }) => url)).toContain(`${ESM}/d3@7.9.0/d3.mjs`);
    expect(world.questions).toEqual([ESM]);
    expect(world.pins.get("d3")?.url).toBe(address("d3@7.9.0"));
    expect(world.grants.list).toEqual([ESM]);
  });

  it("is asked for nothing before that, and nothing when refused", async () => {
    world.answer = false;
    expect((await world.load("d3")).entries).toEqual({ d3: failure(/not allowed this computer.*esm\.sh/) });
    expect(world.asked).toEqual([]);
    expect(world.grants.list).toEqual([]);
  });

  it("comes from this device when it is offline, allowed or not", async () => {
    await world.load("d3");
    world.offline = true;
    world.grants.revoke(ESM);
    world.asked.length = 0;
    expect((await world.load("d3")).entries).toEqual({ d3: { url: address("d3@7.9.0") } });
    world.pins.clear();
    expect((await world.load("d3")).entries).toEqual({ d3: { url: address("d3@7.9.0") } });
    expect(world.asked).toEqual([]);
  });

  it("says what to do when it is offline and not here", async () => {
    world.offline = true;
    const expected = failure(/not on this computer yet, and esm\.sh cannot be reached/);
    expect((await world.load("d3")).entries).toEqual({ d3: expected });
  });

  it("is refused when it is not what the notebook pinned", async () => {
    await world.load("d3");
    const pins = world.pins;
    const { files } = world;
    world = new Surroundings();
    world.pins = pins;
    world.files = { ...files, [`${ESM}/d3@7.9.0/d3.mjs`]: "export const x = 'evil'" };
    expect((await world.load("d3")).entries).toEqual({ d3: failure(/something else.*not executed.*“d3@1\.2\.3”/) });
    world.files = files;
    expect((await world.load("d3")).entries).toEqual({ d3: { url: address("d3@7.9.0") } });
  });

  it("may need other origins, each of which is asked for", async () => {
    world.files["https://a.example/m.js"] = "import 'https://b.example/n.js'; import 'https://b.example/o.js'";
    world.files["https://b.example/n.js"] = "export {}";
    world.files["https://b.example/o.js"] = "export {}";
    await world.load("https://a.example/m.js");
    expect(world.questions).toEqual(["https://a.example", "https://b.example"]);
  });

  it("may not be sent on to an origin that is not allowed", async () => {
    world.grants.allow("https://a.example");
    world.answer = false;
    world.moved["https://a.example/m.js"] = "https://b.example/n.js";
    world.files["https://b.example/n.js"] = "export {}";
    const { entries } = await world.load("https://a.example/m.js");
    expect(entries).toEqual({ "https://a.example/m.js": failure(/not allowed.*b\.example/) });
  });

  it("may import in a circle", async () => {
    world.files[address("ring@1.0.0")] = "import './b.mjs'; export const a = 1";
    world.files[`${ESM}/b.mjs`] = "import '/ring@1.0.0?bundle&target=es2022'";
    expect((await world.load("ring@1.0.0")).files).toHaveLength(2);
  });

  it("fails alone, also where a package asks for what is not there by import()", async () => {
    world.files[address("lazy@1.0.0")] = "export const more = () => import('./none.mjs')";
    const { entries } = await world.load("none", "lazy@1.0.0");
    expect(entries).toMatchObject({ none: failure(/there is none/), "lazy@1.0.0": { url: address("lazy@1.0.0") } });
  });

  it.each<[what: string, files: (at: number) => string, message: RegExp]>([
    ["is too large", () => `//${"x".repeat(mib(7))}\nimport './' `, /larger than 32/],
    ["has too many files", () => "", /more than 1000 files/],
    ["is too deep", () => "", /more than 60 files one behind/],
  ])("is refused when it %s", async (what, _, message) => {
    const file = (name: string): string => `${ESM}/${name}.mjs`;
    const many = Array.from({ length: MODULE_FILES + 5 }, (_value, at) => at);
    const list = what.includes("many") ? many : what.includes("large") ? many.slice(0, 6) : many.slice(0, 1);
    world.files[address("big@1.0.0")] = list.map((at) => `import './f${at}.mjs'`).join("\n");
    for (const at of many) {
      const body = what.includes("large")
        ? `//${"x".repeat(mib(7))}`
        : what.includes("deep")
          ? `import './f${at + 1}.mjs'`
          : "";
      if (list.includes(at) || what.includes("deep")) world.files[file(`f${at}`)] = body;
    }
    expect((await world.load("big@1.0.0")).entries).toEqual({ "big@1.0.0": failure(message) });
  });

  it("is given up when its server does not answer", async () => {
    world.never = true;
    const loading = world.load("d3");
    await world.clock.advanceAsync(seconds(61));
    expect((await loading).entries).toEqual({ d3: failure(/longer than 60 seconds/) });
  });

  it("is refused when it is no module", async () => {
    world.files[address("page@1.0.0")] = "<!doctype html>";
    expect((await world.load("page@1.0.0")).entries).toEqual({ "page@1.0.0": failure(/no module that can be read/) });
  });
});

it("hashes the same files to the same, in whatever order they came", () => {
  const files = [
    { url: "a", source: "1" },
    { url: "b", source: "2" },
  ];
  const graph = { entry: "a", files, moved: {} };
  expect(graphHash(graph)).toBe(graphHash({ ...graph, files: [...files].reverse() }));
  expect(graphHash(graph)).not.toBe(graphHash({ ...graph, entry: "b" }));
});
