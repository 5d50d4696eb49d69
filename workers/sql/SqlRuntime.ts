import type { CellId } from "#shared/base/ids.ts";
import { EXPORT_HOOK, SQL_HOOK, templateTexts } from "#shared/dataflow/javascript/insertions.ts";
import type { Bytes } from "#shared/base/units.ts";
import { SQL_MEMORY } from "#shared/contracts/kernel/memoryLimits.ts";
import { isSameTable, SqlNames } from "#shared/dataflow/sql/SqlNames.ts";
import { keyword, sqlStatements, sqlTokens, VALUE_MARK, type SqlToken } from "#shared/dataflow/sql/sqlTokens.ts";
import type { CellProgram, ValueFacts, ValuePath } from "#shared/ports/Kernel.ts";
import type { CellInput, Evaluated, Getter, GivenValue, LanguageRuntime } from "../kernel/LanguageRuntime.ts";
import type { RunOutputs } from "../kernel/RunOutputs.ts";
import { arrowBytes, columnTable } from "./arrowTable.ts";
import { BoundValues } from "./bindValues.ts";
import { quoted, type Database, type SqlResult, type TableBytes } from "./Database.ts";
import { resultFacts } from "./resultFacts.ts";
import { rowsOf } from "./rowsOf.ts";
import { showResult } from "./showResult.ts";
import { SqlError, sqlError } from "./sqlError.ts";
import type { SqlSurroundings } from "./sqlSurroundings.ts";
import { toTable } from "./toTable.ts";

/** What a cell's code gives: its text around its values. */
interface SqlSource {
  readonly texts: readonly string[];
  readonly values: readonly unknown[];
  /** Line breaks in each value. */
  readonly lines: readonly number[];
}

/** What a statement that changes nothing begins with. */
const QUERIES = new Set("SELECT WITH FROM VALUES TABLE PIVOT UNPIVOT DESCRIBE DESC SUMMARIZE SHOW EXPLAIN".split(" "));

/** A name that can be that of a parameter; tables may have other names. */
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/**
 * Evaluates cells in SQL. Each starts with the tables it reads and no others: what a cell makes reaches others as a value,
 * so that a cell means the same in every kernel.
 */
export class SqlRuntime implements LanguageRuntime {
  readonly #database: Database;
  readonly #surroundings: SqlSurroundings;
  /** Results and tables of cells, by name. */
  readonly #results = new Map<CellId, ReadonlyMap<string, SqlResult>>();
  /** Tables in the database, and the result of a cell each is. */
  readonly #present = new Map<string, SqlResult | undefined>();

  constructor(database: Database, surroundings: SqlSurroundings) {
    this.#database = database;
    this.#surroundings = surroundings;
  }

  async evaluate(program: CellProgram, inputs: readonly CellInput[], outputs: RunOutputs): Promise<Evaluated> {
    const { cell } = program;
    const { codes, errorOutput, foreignErrorOutput } = this.#surroundings;
    const results = new Map<string, SqlResult>();
    try {
      const source = await this.#source(program, inputs, outputs);
      const last = await this.#execute(source, program, { inputs, results });
      if (last !== undefined) showResult(last, this.#database, outputs);
      return this.#ended(cell, results, undefined);
    } catch (error) {
      const output =
        error instanceof SqlError
          ? foreignErrorOutput(sqlError(error, program), [], cell)
          : errorOutput(error, cell, codes);
      return this.#ended(cell, results, output);
    }
  }

  /** Of a result, not of what is in it. */
  lookAt({ cell, names }: ValuePath, members: boolean): ValueFacts | undefined {
    const [name = "", ...rest] = names;
    const result = cell && this.#results.get(cell)?.get(name);
    return result && rest.length === 0 ? resultFacts(result, members) : undefined;
  }

  sizeOf(cell: CellId, name: string): number | undefined {
    return this.#results.get(cell)?.get(name)?.file.byteLength;
  }

  #ended(cell: CellId, results: ReadonlyMap<string, SqlResult>, error: Evaluated["error"]): Evaluated {
    this.#results.set(cell, results);
    const values = new Map([...results].map(([name, result]) => [name, getterOf(result)]));
    return { values, error, interrupted: false };
  }

  /** Evaluates the values of the cell. */
  async #source(program: CellProgram, inputs: readonly CellInput[], outputs: RunOutputs): Promise<SqlSource> {
    const { codes, consoleOf } = this.#surroundings;
    const tag =
      (lines: readonly number[]) =>
      (parts: TemplateStringsArray, ...values: readonly unknown[]): SqlSource => ({
        texts: templateTexts(parts),
        values,
        lines,
      });
    const usable = inputs.filter(({ name }) => IDENTIFIER.test(name) && codes.isParameter(name));
    const globals = { [EXPORT_HOOK]: () => undefined, [SQL_HOOK]: tag, console: consoleOf(program.cell, outputs) };
    const names = usable.map(({ name }) => name);
    // reason: compileSql made the code, which gives what the tag gives.
    return (await codes.load(program, globals, names)(...usable.map((input) => this.#valueOf(input)))) as SqlSource;
  }

  #valueOf({ name, from }: CellInput): unknown {
    if (typeof from !== "string") return from.value;
    const result = this.#results.get(from)?.get(name);
    return result && getterOf(result)();
  }

  async #execute(
    { texts, values, lines }: SqlSource,
    { defines, memory = SQL_MEMORY }: CellProgram,
    { inputs, results }: { readonly inputs: readonly CellInput[]; readonly results: Map<string, SqlResult> },
  ): Promise<SqlResult | undefined> {
    const text = texts.join(VALUE_MARK);
    const statements = sqlStatements(sqlTokens(text, (at) => (text.startsWith(VALUE_MARK, at) ? at + 1 : undefined)));
    const names = new SqlNames();
    for (const statement of statements) names.statement(statement);
    const changes = statements.some(([first]) => !QUERIES.has(keyword(first)));
    // Its settings are closed once it is open.
    if (memory !== this.#database.memory) this.#forget(memory);
    await this.#bring(names.reads, inputs);
    let last: SqlResult | undefined;
    try {
      const counted = countedValues(text, values, lines);
      for (const statement of statements) last = await this.#run(text, statement, counted);
      for (const name of names.defines) {
        if (defines.includes(name)) results.set(name, this.#database.query(`FROM ${quoted(name)}`));
      }
    } finally {
      if (changes) this.#forget();
    }
    const [named] = defines.filter((name) => !names.defines.has(name));
    if (named !== undefined && last !== undefined) results.set(named, last);
    return QUERIES.has(keyword(statements.at(-1)?.[0])) ? last : undefined;
  }

  /** One statement. @throws SqlError */
  async #run(text: string, statement: readonly SqlToken[], counted: readonly CountedValue[]): Promise<SqlResult> {
    const [start, end] = [statement[0]?.start ?? 0, statement.at(-1)?.end ?? 0];
    const before = counted.filter(({ at }) => at < start);
    const linesBefore = lineBreaks(text.slice(0, start)) + before.reduce((sum, { lines }) => sum + lines, 0);
    try {
      const bound = new BoundValues();
      let sql = "";
      let at = start;
      for (const [index, token] of statement.entries()) {
        if (token.kind !== "value") continue;
        const value = counted.find((one) => one.at === token.start);
        sql += text.slice(at, token.start) + (value ? bound.place({ ...value, before: statement[index - 1] }) : "");
        at = token.end;
      }
      for (const [name, value] of bound.tables) await this.#put(name, { value });
      return this.#database.query(sql + text.slice(at, end), bound.parameters);
    } catch (error) {
      throw new SqlError(error, linesBefore);
    }
  }

  /** Sees to it that the tables a cell reads are there as they are now, and no others. */
  async #bring(reads: ReadonlySet<string>, inputs: readonly CellInput[]): Promise<void> {
    const tables = inputs.filter(({ name }) => [...reads].some((read) => isSameTable(read, name)));
    for (const name of this.#present.keys()) if (!tables.some((table) => table.name === name)) this.#drop(name);
    for (const { name, from } of tables) {
      const result = typeof from === "string" ? this.#results.get(from)?.get(name) : undefined;
      if (result === undefined) await this.#put(name, typeof from === "string" ? { value: undefined } : from);
      else if (this.#present.get(name) !== result) this.#putBytes(name, result.bytes, result);
    }
  }

  async #put(name: string, given: GivenValue): Promise<void> {
    try {
      const { table } = given;
      this.#putBytes(name, table === undefined ? await toTable(given.value) : { arrow: arrowBytes(table) }, undefined);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SqlError(new TypeError(`“${name}” cannot be read as a table: ${reason}`), 0);
    }
  }

  #putBytes(name: string, bytes: TableBytes, from: SqlResult | undefined): void {
    this.#present.set(name, from);
    this.#database.put(name, bytes);
  }

  #drop(name: string): void {
    this.#present.delete(name);
    this.#database.drop(name);
  }

  /** A cell has changed tables, or made what is none: the next one starts anew. */
  #forget(memory?: Bytes): void {
    this.#present.clear();
    this.#database.reset(memory);
  }
}

/** Made when it is first asked for, and kept: the same list for all readers. */
function getterOf(result: SqlResult): Getter {
  let rows: readonly unknown[] | undefined;
  return Object.assign(() => (rows ??= rowsOf(result.table)), { table: () => columnTable(result.file) });
}

interface CountedValue {
  readonly at: number;
  readonly value: unknown;
  readonly number: number;
  readonly lines: number;
}

/** Values with their places in the text. */
function countedValues(text: string, values: readonly unknown[], lines: readonly number[]): readonly CountedValue[] {
  const places = [...text.matchAll(new RegExp(VALUE_MARK, "g"))].map(({ index }) => index);
  return places.map((at, index) => ({ at, value: values[index], number: index + 1, lines: lines[index] ?? 0 }));
}

const lineBreaks = (text: string): number => text.split("\n").length - 1;
