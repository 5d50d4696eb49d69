// The little of Pyodide, and of kernel.py, that is used.

import type { ColumnTable } from "../kernel/tables/ColumnTable.ts";

/** A function of Python. */
export type PythonFunction<Parameters extends readonly unknown[], Result> = ((...given: Parameters) => Result) & {
  /** Calls it so that it may wait for promises, in engines that can suspend WebAssembly; else calls it. */
  callPromising(...given: Parameters): Promise<Result>;
};

export interface PythonOutputs {
  /** True: nothing more is taken. */
  print(name: string, text: string): boolean;
  show(kind: string, json: string): void;
  progress(done: number, total: number, text: string): void;
  /** Shows a control; `options` as JSON. Gives JSON: `value`, where it stands, or `error`. */
  control(kind: string, options: string): string;
  flush(): void;
  readonly cluster: PythonCluster;
}

/** How cluster.py reaches other computers. Texts are JSON. */
export interface PythonCluster {
  /** Tasks that can be worked on at once; 0: all is done in this kernel. */
  width(): Promise<number>;
  /** Keeps a value for tasks. Gives why it cannot be, or nothing. */
  share(id: string, text: string): Promise<string>;
  /** Spreads work (`PythonWork`); `next` gives a part (`PythonPart`), or an error, or `null` at the end. */
  spread(work: string): { next(): Promise<string> };
}

/** The functions of kernel.py. */
export interface PythonKernel {
  start(host: object): void;
  readonly begin: PythonFunction<
    [cell: string, source: string, inputs: string, given: object, outputs: PythonOutputs],
    unknown
  >;
  end(): string;
  cancel(): void;
  names(cell: string, wanted: string): string;
  /** A `datetime`. */
  moment(at: number): unknown;
  /** Installed packages can be imported. `missing`: JSON, first name of a module -> why it is not there. */
  packages_changed(missing: string): void;
  value_of(cell: string, name: string): unknown;
  /** Undefined for what is no table, and for one that has something in it that cannot leave Python, which is told. */
  table_of(cell: string, name: string): ColumnTable | undefined;
  /** About how many bytes a copy of it takes. */
  size_of(cell: string, name: string): number;
  /** `path`: JSON, names. Gives JSON. */
  look_at(cell: string | undefined, path: string, members: boolean): string;
}

export interface Pyodide {
  pyimport(name: "meshbook_kernel"): PythonKernel;
  runPython(code: string): unknown;
  toPy(value: unknown): unknown;
  setInterruptBuffer(buffer: ArrayBufferView): void;
  /** Internal: what `loadPackage` calls for each file. Unpacks it and loads the libraries in it. */
  readonly _api: {
    /** Where Python looks for packages, and for libraries that several of them share. */
    readonly sitepackages: string;
    readonly dsodir: string;
    install(content: Uint8Array, file: string, folder: string, metadata: ReadonlyMap<string, string>): Promise<void>;
  };
  readonly globals: { set(name: string, value: unknown): void };
}
