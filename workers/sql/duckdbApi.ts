// The little of DuckDB-WASM that is used: its build for a worker that waits for each query.

/** Bytes are Arrow's. Queries that fail throw an Error with DuckDB's words. */
export interface DuckDb {
  instantiate(onProgress: () => void): Promise<unknown>;
  open(config: object): void;
  reset(): void;
  connect(): { useUnsafe<Result>(use: (bindings: unknown, connection: number) => Result): Result };
  disconnect(connection: number): void;
  /** Gives a file of Arrow. */
  runQuery(connection: number, sql: string): Uint8Array;
  createPrepared(connection: number, sql: string): number;
  runPrepared(connection: number, statement: number, parameters: readonly unknown[]): Uint8Array;
  closePrepared(connection: number, statement: number): void;
  /** Takes a stream of Arrow. */
  insertArrowFromIPCStream(connection: number, bytes: Uint8Array, options: object): void;
  registerFileBuffer(name: string, bytes: Uint8Array): void;
  dropFile(name: string): void;
}

export interface DuckDbModule {
  createDuckDB(bundles: object, logger: object, runtime: object): Promise<DuckDb>;
  /** A runtime without files and without a network. */
  readonly DEFAULT_RUNTIME: object;
  readonly VoidLogger: new () => object;
}
