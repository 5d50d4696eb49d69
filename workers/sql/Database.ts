import type { Bytes } from "#shared/base/units.ts";
import { SQL_MEMORY } from "#shared/contracts/kernel/memoryLimits.ts";
import type { Table } from "@uwdata/flechette";
import { withDistinctNames } from "./distinctNames.ts";
import type { DuckDb } from "./duckdbApi.ts";
import { readArrow } from "./rowsOf.ts";

/** Files of ours that DuckDB may read; nothing else is a file to it. */
const GIVEN = "given/";

/**
 * No file and no network for a query, whatever it says: DuckDB would fetch its extensions, and files at addresses. Then the
 * settings are closed.
 */
const settings = (memory: Bytes): readonly string[] => [
  "SET autoinstall_known_extensions = false",
  "SET autoload_known_extensions = false",
  `SET allowed_directories = ['${GIVEN}']`,
  "SET enable_external_access = false",
  `SET memory_limit = '${memory / 2 ** 20}MiB'`,
  "SET lock_configuration = true",
];

/** No conversions: DuckDB's own change the type of numbers in lists, and not the numbers. */
const AS_IT_IS = { castBigIntToDouble: false, castDecimalToDouble: false, castTimestampToDate: false };

/** The file format of Arrow is this much, a stream, and a directory of it. */
const FILE_HEAD = 8;

/** No table of a cell has this name. */
const HEAD = "\uFDD3";

/** What a table is made of. */
export type TableBytes = { readonly arrow: Uint8Array } | { readonly csv: Uint8Array };

/** A query's answer. */
export class SqlResult {
  /** A file of Arrow. */
  readonly file: Uint8Array;

  constructor(file: Uint8Array) {
    this.file = withDistinctNames(file);
  }

  get table(): Table {
    return readArrow(this.file);
  }

  /** As a table that other queries can read. */
  get bytes(): TableBytes {
    return { arrow: this.file.subarray(FILE_HEAD) };
  }
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** One database in memory, with the tables that are put into it. */
export class Database {
  readonly #duckdb: DuckDb;
  #connection = 0;
  #memory: Bytes = SQL_MEMORY;
  #files = 0;

  constructor(duckdb: DuckDb) {
    this.#duckdb = duckdb;
    this.#open();
  }

  /** What it may hold. */
  get memory(): Bytes {
    return this.#memory;
  }

  /** Forgets everything; `memory`: what it may hold from now on. */
  reset(memory: Bytes = this.#memory): void {
    this.#memory = memory;
    this.#duckdb.disconnect(this.#connection);
    this.#duckdb.reset();
    this.#open();
  }

  #open(): void {
    this.#duckdb.open({ path: ":memory:", query: AS_IT_IS });
    this.#connection = this.#duckdb.connect().useUnsafe((_bindings, connection) => connection);
    for (const setting of settings(this.#memory)) this.#duckdb.runQuery(this.#connection, setting);
  }

  /** @throws Error with DuckDB's words */
  query(sql: string, parameters: readonly unknown[] = []): SqlResult {
    // A PIVOT that finds its columns itself is several statements to DuckDB, which cannot be prepared.
    if (parameters.length === 0) return new SqlResult(this.#duckdb.runQuery(this.#connection, sql));
    const statement = this.#duckdb.createPrepared(this.#connection, sql);
    try {
      return new SqlResult(this.#duckdb.runPrepared(this.#connection, statement, parameters));
    } finally {
      this.#duckdb.closePrepared(this.#connection, statement);
    }
  }

  /** Puts a table in, in place of one of that name. @throws Error with DuckDB's words for what is none */
  put(name: string, bytes: TableBytes): void {
    this.drop(name);
    if ("arrow" in bytes) {
      this.#duckdb.insertArrowFromIPCStream(this.#connection, bytes.arrow, { name, create: true });
      return;
    }
    const file = `${GIVEN}${++this.#files}.csv`;
    this.#duckdb.registerFileBuffer(file, bytes.csv);
    try {
      this.#duckdb.runQuery(this.#connection, `CREATE TABLE ${quoted(name)} AS FROM read_csv('${file}')`);
    } finally {
      this.#duckdb.dropFile(file);
    }
  }

  /** The first rows of a result. */
  head(result: SqlResult, rows: number): SqlResult {
    if (result.table.numRows <= rows) return result;
    this.put(HEAD, result.bytes);
    try {
      return this.query(`FROM ${quoted(HEAD)} LIMIT ${rows}`);
    } finally {
      this.drop(HEAD);
    }
  }

  drop(name: string): void {
    this.#duckdb.runQuery(this.#connection, `DROP TABLE IF EXISTS ${quoted(name)}`);
  }
}
