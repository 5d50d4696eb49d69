import { isRecord, readArray, readString } from "../../base/parse.ts";
import { readWheelFile, type WheelFile } from "../../contracts/kernel/wheels.ts";

/** A package that was built for the Python of this build. */
export interface LockedPackage extends WheelFile {
  readonly name: string;
  readonly version: string;
  /** Names of packages. */
  readonly needs: readonly string[];
  /** First names of modules that come with it. */
  readonly imports: readonly string[];
}

/** What the build knows of packages of Python (workers/python/packageList.mjs): a part of the app, and trusted like it. */
export interface WheelLock {
  /** Where the wheels of this Python are published; ends with a slash. */
  readonly base: string;
  /** First names of modules that Python brings itself. */
  readonly standard: ReadonlySet<string>;
  /** By the name of the package. */
  readonly packages: ReadonlyMap<string, LockedPackage>;
  /** By the first name of a module. */
  readonly byImport: ReadonlyMap<string, LockedPackage>;
}

const PACKAGES_LIMIT = 5_000;
const NAMES_LIMIT = 2_000;
const NAME_LENGTH = 200;

/** Reads what the build wrote; undefined for anything else. */
export function parseWheelLock(value: unknown): WheelLock | undefined {
  if (!isRecord(value)) return undefined;
  const base = readString(value["base"], NAME_LENGTH);
  const standard = readNames(value["standard"]);
  const list = readArray(value["packages"], PACKAGES_LIMIT, readPackage);
  if (base?.startsWith("https://") !== true || standard === undefined || list === undefined) return undefined;
  const byImport = list.flatMap((one) => one.imports.map((name): [string, LockedPackage] => [name, one]));
  return {
    base,
    standard: new Set(standard),
    packages: new Map(list.map((one) => [one.name, one])),
    byImport: new Map(byImport),
  };
}

/** The package and all it needs, each behind what it needs itself. */
export function lockedClosure(lock: WheelLock, first: LockedPackage): readonly LockedPackage[] {
  const found = new Map<string, LockedPackage>();
  const visited = new Set<string>();
  const visit = (one: LockedPackage): void => {
    if (visited.has(one.name)) return;
    visited.add(one.name);
    for (const name of one.needs) {
      const needed = lock.packages.get(name);
      if (needed !== undefined) visit(needed);
    }
    found.set(one.name, one);
  };
  visit(first);
  return [...found.values()];
}

function readPackage(value: unknown): LockedPackage | undefined {
  if (!isRecord(value)) return undefined;
  const file = readWheelFile(value);
  const name = readString(value["name"], NAME_LENGTH);
  const version = readString(value["version"], NAME_LENGTH);
  const [needs, imports] = [readNames(value["needs"]), readNames(value["imports"])];
  if (file === undefined || name === undefined || version === undefined) return undefined;
  if (needs === undefined || imports === undefined) return undefined;
  return { ...file, name, version, needs, imports };
}

const readNames = (value: unknown): readonly string[] | undefined =>
  readArray(value, NAMES_LIMIT, (name) => readString(name, NAME_LENGTH));
