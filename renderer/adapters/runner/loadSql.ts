import { parseSqlIndex, SQL_INDEX_PATH, type SqlFiles } from "#shared/contracts/sqlFiles.ts";
import { fetchPart, once, type PartWords } from "./fetchPart.ts";

/** Gets the files from which SQL starts. Rejects with what to do, for people. */
export type LoadSql = () => Promise<SqlFiles>;

const WORDS: PartWords = {
  notHere:
    "SQL is not on this computer yet. Connect to where this page came from, and run the cell again; from then on it " +
    "starts without a network.",
  notServed: "this page comes from a host that has no SQL. Update it and reload the page.",
};

/** From this page's own server, once for all kernels: as blobs the files are not in the page's memory. */
export const createSqlLoader = (): LoadSql =>
  once(async () => {
    const index = parseSqlIndex(await fetchPart(SQL_INDEX_PATH, WORDS, (response) => response.json()));
    if (index === undefined) throw new Error(WORDS.notServed);
    const get = (address: string): Promise<Blob> => fetchPart(address, WORDS, (response) => response.blob());
    const [engine, duckdb, wasm] = await Promise.all([get(index.engine), get(index.duckdb), get(index.wasm)]);
    return { engine, duckdb, wasm };
  });
