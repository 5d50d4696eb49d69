import { parseLateIndex } from "#shared/contracts/kernel/lateFiles.ts";
import { SQL_FILES, SQL_INDEX_PATH, type SqlFile } from "#shared/contracts/kernel/sqlFiles.ts";
import { fetchPart, once, type PartWords } from "./fetchPart.ts";

/** Gets files that a kernel needs later. Rejects with what to do, for people. */
export type LoadLate<Name extends string> = () => Promise<Readonly<Record<Name, Blob>>>;

export interface LateLoaders {
  readonly loadSql: LoadLate<SqlFile>;
  readonly loadPlot: LoadLate<"engine">;
}

/** Where a page finds the address of the program that draws Observable Plot's charts (workers/plot/buildPlot.mjs). */
export const PLOT_INDEX_PATH = "/plot.json";

const wordsFor = (name: string): PartWords => ({
  notHere:
    `${name} is not on this computer yet. Connect to where this page came from, and run the cell again; from then on it ` +
    "starts without a network.",
  notServed: `this page comes from a host that has no ${name}. Update it and reload the page.`,
});

/** From this page's own server, once for all kernels: as blobs the files are not in the page's memory. */
export const createLateLoaders = (): LateLoaders => ({
  loadSql: loaderOf("SQL", SQL_INDEX_PATH, SQL_FILES),
  loadPlot: loaderOf("Plot", PLOT_INDEX_PATH, ["engine"]),
});

function loaderOf<Name extends string>(name: string, path: string, names: readonly Name[]): LoadLate<Name> {
  const words = wordsFor(name);
  return once(async () => {
    const index = parseLateIndex(await fetchPart(path, words, (response) => response.json()), names);
    if (index === undefined) throw new Error(words.notServed);
    const get = async (one: Name): Promise<readonly [Name, Blob]> => [
      one,
      await fetchPart(index[one], words, (response) => response.blob()),
    ];
    // reason: one blob for each name.
    return Object.fromEntries(await Promise.all(names.map(get))) as Record<Name, Blob>;
  });
}
