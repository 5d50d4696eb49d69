import type { CellId } from "#shared/base/ids.ts";
import type { LoadedWheels } from "#shared/contracts/kernel/wheels.ts";
import type { CellProgram, ValuePath } from "#shared/ports/Kernel.ts";
import type { CellError } from "./errorOutput.ts";
import type { ClusterSurroundings } from "./cluster/Cluster.ts";
import type { RunOutputs } from "./RunOutputs.ts";
import type { ColumnTable } from "./tables/ColumnTable.ts";

/** Gives a value that a cell defined, for cells of JavaScript. @throws TypeError for what cannot leave its language */
export interface Getter {
  (): unknown;
  /** The same as columns, in languages that have tables; undefined for what is none. @throws TypeError likewise */
  readonly table?: () => ColumnTable | undefined;
}

/** A value of another language; a table as columns, too. */
export interface GivenValue {
  readonly value: unknown;
  readonly table?: ColumnTable;
}

/** What a cell reads: defined by a cell of its own language, or a value of another. */
export interface CellInput {
  readonly name: string;
  readonly from: CellId | GivenValue;
}

export interface Evaluated {
  /** What the cell has come to define, also before an error. */
  readonly values: ReadonlyMap<string, Getter>;
  /** The error that ended it; its output is not shown yet. */
  readonly error: CellError | undefined;
  /** It was told to stop, and did. */
  readonly interrupted: boolean;
}

/** Evaluates cells of one language beside those in JavaScript, in the same worker. */
export interface LanguageRuntime {
  /** How the cell that is evaluated next reaches other computers. */
  meet?(cluster: ClusterSurroundings): void;
  /** Evaluates one cell. Never rejects. What it shows was handed to `outputs` when it resolves. */
  evaluate(program: CellProgram, inputs: readonly CellInput[], outputs: RunOutputs): Promise<Evaluated>;
  /** Installs packages for its cells, in languages that have some. Never rejects. Not while a cell is evaluated. */
  addWheels?(wheels: LoadedWheels): Promise<void>;
  /** About how many bytes a copy of a value takes; undefined where nothing is known. Not while a cell is evaluated. */
  sizeOf?(cell: CellId, name: string): number | undefined;
  /** A `ValueFacts` of what stands at `path`, `null` if nothing is known. Not while a cell is evaluated. May throw. */
  lookAt?(path: ValuePath, members: boolean): unknown;
}
