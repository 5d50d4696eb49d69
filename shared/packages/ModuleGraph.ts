import { contentHashOfText } from "../base/hash.ts";
import type { ContentHash } from "../base/ids.ts";
import { isRecord, readArray, readString } from "../base/parse.ts";
import type { ModuleCode } from "../contracts/kernel/loadedModules.ts";
import { GRAPH_SIZE, MODULE_FILES } from "./packageLimits.ts";
import { readUrl } from "./readUrl.ts";
import type { TransformedModule } from "./transformModule.ts";

/** A file as a server gave it. */
export interface ModuleSource {
  /** Where it was found in the end. Addresses in it are relative to this one. */
  readonly url: string;
  readonly source: string;
}

/** A module with all it needs, as servers gave them. */
export interface ModuleGraph {
  /** Of its first file. */
  readonly entry: string;
  readonly files: readonly ModuleSource[];
  /** Address asked for → address where it was found, where that is another. */
  readonly moved: Readonly<Record<string, string>>;
}

/** The same for the same modules, whoever loads them: of each address, and of what is there. */
export function graphHash({ entry, files, moved }: ModuleGraph): ContentHash {
  const there = files.map(({ url, source }) => `${url} ${contentHashOfText(source)}\n`).sort();
  const ways = Object.entries(moved).map(([from, to]) => `${from} > ${to}\n`);
  return contentHashOfText(`${entry}\n${there.join("")}${ways.sort().join("")}`);
}

/** The address that a text in a file stands for; undefined for what stands for none. */
export function addressIn(text: string, file: string): string | undefined {
  if (!/^(?:\.{0,2}\/|https:\/\/)/.test(text)) return undefined;
  return readUrl(text, file)?.href;
}

/** As a kernel gets it. @throws SyntaxError for what is no module */
export async function moduleCodes(
  graph: ModuleGraph,
  transform: (source: string) => Promise<TransformedModule>,
): Promise<readonly ModuleCode[]> {
  const there = new Set(graph.files.map(({ url }) => url));
  return Promise.all(
    graph.files.map(async ({ url, source }) => {
      const { code, first, later } = await transform(source);
      const needs = [...first, ...later].flatMap((text): readonly [string, string][] => {
        const address = addressIn(text, url);
        const found = address === undefined ? undefined : (graph.moved[address] ?? address);
        return found !== undefined && there.has(found) ? [[text, found]] : [];
      });
      return { url, code, first, needs: Object.fromEntries(needs) };
    }),
  );
}

const ADDRESS_LIMIT = 4_000;

/** Reads a graph that was kept; undefined for anything else. */
export function readGraph(value: unknown): ModuleGraph | undefined {
  if (!isRecord(value) || !isRecord(value["moved"])) return undefined;
  const entry = readString(value["entry"], ADDRESS_LIMIT);
  const files = readArray(value["files"], MODULE_FILES, readFile);
  if (entry === undefined || files === undefined) return undefined;
  const moved = Object.entries(value["moved"]).flatMap(([from, to]): readonly [string, string][] =>
    typeof to === "string" ? [[from, to]] : [],
  );
  return { entry, files, moved: Object.fromEntries(moved) };
}

function readFile(value: unknown): ModuleSource | undefined {
  if (!isRecord(value)) return undefined;
  const url = readString(value["url"], ADDRESS_LIMIT);
  const source = readString(value["source"], GRAPH_SIZE);
  return url === undefined || source === undefined ? undefined : { url, source };
}
