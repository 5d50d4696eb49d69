/** Numbers of one width; 64-bit integers are bigints. */
export type Numbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** What a column holds. */
type ColumnValues =
  | {
      readonly kind: "number";
      readonly values: Numbers;
      /** They come from JavaScript, which has one kind of number: what is whole is an integer elsewhere. */
      readonly whole?: boolean;
    }
  /** A byte a row. */
  | { readonly kind: "boolean"; readonly values: Uint8Array }
  /** UTF-8, one text behind the other; a row is what is between two offsets, of which there is one more than rows. */
  | { readonly kind: "text"; readonly values: Uint8Array; readonly offsets: Int32Array }
  /** Milliseconds since 1970, with fractions. `naive`: of no time zone, read as if it were UTC. */
  | { readonly kind: "time"; readonly values: Float64Array; readonly naive?: boolean }
  /** Anything: plain data, value by value. */
  | { readonly kind: "value"; readonly values: readonly unknown[] };

export type TableColumn = ColumnValues & {
  readonly name: string;
  /** A byte a row: 0 where there is no value. Left out or undefined where none is missing. */
  readonly valid?: Uint8Array | undefined;
};

/**
 * A table on its way from one language to another, after Arrow's layout: columns of bytes, which go as a whole, and not value
 * by value. tables.py and frames.py are its other half.
 */
export interface ColumnTable {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
}
