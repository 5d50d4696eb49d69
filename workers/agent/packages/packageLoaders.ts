import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { MemorySettings } from "#shared/adapters/memory/MemorySettings.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { BLOBS_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { PACKAGE_LIST_NAME } from "#shared/contracts/kernel/pythonFiles.ts";
import type { PackageLoaders } from "#shared/packages/KernelImports.ts";
import { ModuleLoader } from "#shared/packages/ModuleLoader.ts";
import { OriginGrants } from "#shared/packages/OriginGrants.ts";
import { transformModule, type TransformedModule } from "#shared/packages/transformModule.ts";
import { parseWheelLock, type WheelLock } from "#shared/packages/wheels/WheelLock.ts";
import { WHEEL_SIZE, WHEEL_TIME } from "#shared/packages/wheels/wheelLimits.ts";
import { WheelLoader } from "#shared/packages/wheels/WheelLoader.ts";
import type { WheelPins } from "#shared/packages/wheels/WheelPins.ts";
import { WheelSource } from "#shared/packages/wheels/WheelSource.ts";
import type { HostSight } from "../HostSight.ts";
import { fetchBytes, fetchModule } from "./fetchBytes.ts";
import { FolderPackageCache } from "./FolderPackageCache.ts";
import { NodeWheelFetch } from "./NodeWheelFetch.ts";

export interface AgentPackages {
  /** Where packages are kept. */
  readonly cache: string;
  /** Folder of wheels. */
  readonly wheels: string | undefined;
  /** Of the class host, which may offer wheels. */
  readonly base: string | undefined;
  /** What that host may see. Undefined where there is none. */
  readonly sight?: Pick<HostSight, "sees">;
  /** Origins from which whoever runs this lets code be loaded. */
  readonly origins: readonly string[];
}

/** A wheel that a member is giving to the host is waited for this often, this long apart: 20 s, some MB of a slow line. */
const UPLOAD_TRIES = 40;
const UPLOAD_PAUSE: Milliseconds = ms(500);

/** Folder of Python's files beside this bundle. */
const PYTHON_FOLDER = fileURLToPath(new URL("../python", import.meta.url));

/**
 * Gets packages for cells on an agent, and of `meshbook run`. Nobody is asked: an origin is allowed on the command line, or
 * it is not. What a notebook has pinned comes with its cells; what it has not is loaded as it is now, and not pinned.
 */
export function packageLoaders({ cache: folder, wheels, base, sight, origins }: AgentPackages): PackageLoaders {
  const cache = new FolderPackageCache(folder);
  const grants = new OriginGrants(new MemorySettings());
  for (const origin of origins) grants.allow(origin);
  const source = new WheelSource({
    clock: systemClock,
    cache,
    grants,
    fetch: new NodeWheelFetch({ folder: wheels, base }),
  });
  const transform = (text: string): Promise<TransformedModule> => Promise.resolve().then(() => transformModule(text));
  const nothing = (): void => undefined;
  return {
    loadModules: (texts, ask, pins) =>
      new ModuleLoader({
        ...{ clock: systemClock, cache, grants, fetch: fetchModule, transform, refusal },
        pins: { get: (text) => pins[text], set: nothing },
      }).load(texts, ask),
    loadWheels: (names, has, ask, { pins, notebook }) => {
      const content = contentOf(base, sight, notebook);
      const known = { get: (name: string) => pins[name], set: nothing, ...(content && { content }) };
      return new WheelLoader({ lock, source, refusal, pins: known }).load(names, has, ask);
    },
  };
}

/** What was added to a notebook as a file is at its class host; a blind one keeps it for members alone, under other names. */
function contentOf(
  base: string | undefined,
  sight: AgentPackages["sight"],
  notebook: RoomId | undefined,
): WheelPins["content"] {
  if (base === undefined || notebook === undefined) return undefined;
  return async (hash) => {
    // The hash alone would tell which file it is.
    if (sight !== undefined && (await sight.sees()) !== "clear") return undefined;
    const url = `${base}${BLOBS_PATH}${notebook}/${hash}`;
    try {
      for (let asked = 1; asked < UPLOAD_TRIES && (await isOnItsWay(url)); asked++) await pause(UPLOAD_PAUSE);
      return (await fetchBytes(url, WHEEL_SIZE, AbortSignal.timeout(WHEEL_TIME))).bytes;
    } catch {
      // Not there, or not in clear: then it is said what to do where it is missed.
      return undefined;
    }
  };
}

/** Whoever added a package may still be giving it to the host when the first cell that needs it comes here. */
async function isOnItsWay(url: string): Promise<boolean> {
  const { status, body } = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(WHEEL_TIME) });
  await body?.cancel();
  return status === 404;
}

const refusal = (origin: string): string =>
  `whoever runs this has not allowed it to load code from ${new URL(origin).host}: --allow-origin ${origin}`;

let read: Promise<WheelLock> | undefined;

/** The list of packages of this build. */
function lock(): Promise<WheelLock> {
  read ??= readFile(join(PYTHON_FOLDER, PACKAGE_LIST_NAME), "utf8").then((text) => {
    const found = parseWheelLock(JSON.parse(text));
    if (found === undefined) throw new Error("this build's list of packages for Python cannot be read");
    return found;
  });
  return read;
}
