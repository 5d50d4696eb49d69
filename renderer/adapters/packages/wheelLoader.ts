import { systemClock } from "#shared/adapters/systemClock.ts";
import { parsePackageListAddress, PYTHON_INDEX_PATH } from "#shared/contracts/kernel/pythonFiles.ts";
import type { WheelLock } from "#shared/packages/wheels/WheelLock.ts";
import type { WheelLoader } from "#shared/packages/wheels/WheelLoader.ts";
import type { WheelPins } from "#shared/packages/wheels/WheelPins.ts";
import type { WheelSourceOptions } from "#shared/packages/wheels/WheelSource.ts";
import { fetchPart, once, type PartWords } from "../runner/fetchPart.ts";
import type { LoadWheels } from "#shared/packages/KernelImports.ts";

export interface WheelSurroundings extends Pick<WheelSourceOptions, "grants" | "cache"> {
  readonly pins: WheelPins;
  /** Of the class host, where that is not the page's own server. */
  readonly base: string | undefined;
}

const WORDS: PartWords = {
  notHere: "The list of packages for Python is not on this computer yet. Connect to where this page came from",
  notServed: "This page comes from a host that has no list of packages for Python. Update it and reload the page",
};

/** The list of packages of this build, once for all notebooks. Rejects, for people, where it cannot be had. */
export const packageList = once(async (): Promise<WheelLock> => {
  const { parseWheelLock } = await import("#shared/packages/wheels/WheelLock.ts");
  const address = parsePackageListAddress(await fetchPart(PYTHON_INDEX_PATH, WORDS, (response) => response.json()));
  const found =
    address === undefined ? undefined : parseWheelLock(await fetchPart(address, WORDS, (response) => response.json()));
  if (found === undefined) throw new Error(WORDS.notServed);
  return found;
});

/** Gets packages for cells in Python of one notebook. Its own program is loaded when the first cell imports something. */
export function wheelLoader({ pins, base, ...around }: WheelSurroundings): LoadWheels {
  const loader = once(async (): Promise<WheelLoader> => {
    const [{ WheelLoader }, { WheelSource }, { WebWheelFetch }] = await Promise.all([
      import("#shared/packages/wheels/WheelLoader.ts"),
      import("#shared/packages/wheels/WheelSource.ts"),
      import("./WebWheelFetch.ts"),
    ]);
    const source = new WheelSource({ clock: systemClock, fetch: new WebWheelFetch(base), ...around });
    return new WheelLoader({ lock: packageList, source, pins });
  });
  return async (names, has, ask) => (await loader()).load(names, has, ask);
}
