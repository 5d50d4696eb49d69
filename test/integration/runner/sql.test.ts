// Cells in SQL in a real runner frame: what they read, what they give, what they say, and what they must not reach.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tableFromIPC } from "@uwdata/flechette";
import { RunId } from "#shared/base/ids.ts";
import { mib, type Bytes } from "#shared/base/units.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { Kernel, KernelEnd } from "#shared/ports/Kernel.ts";
import { join } from "node:path";
import { DenoKernel } from "../../../workers/agent/DenoKernel.ts";
import { findDeno } from "../../../workers/agent/denoBinary.ts";
import { possibleWrappings, slotCommand } from "../../../workers/agent/slotCommand.ts";
import { DIST, ensureBuilt } from "../../support/built.ts";
import { runOn } from "../../contract/kernel.ts";
import { openBrowserKernels, type BrowserKernels } from "../../support/browserKernels.ts";
import { parquetFile } from "../../support/parquetFile.ts";
import { requestForLast, type LanguageCell } from "../../support/languageCells.ts";

let kernels: BrowserKernels;
let kernel: Kernel;
const started = new Map<string, Kernel>();
beforeAll(async () => {
  await ensureBuilt();
  kernels = await openBrowserKernels();
  started.set("in a page", await kernels.start());
  const paths = { deno: findDeno() ?? "", ...{ slot: join(DIST, "slot"), python: join(DIST, "python") } };
  const command = slotCommand({ ...paths, later: join(DIST, "later") }, possibleWrappings().at(-1)!);
  started.set("on an agent", await DenoKernel.start(command));
  for (const one of started.values()) {
    expect((await runOn(one, requestForLast(["sql", "SELECT 1"]))).end).toEqual({ status: "ok" });
  }
}, 120_000);
afterAll(async () => {
  for (const one of started.values()) one.close();
  await kernels.close();
});

it("gives a cell no more memory than was chosen for it", async () => {
  const settings = async (memory?: Bytes): Promise<string> => {
    const cell = requestForLast(["sql", "SELECT current_setting('memory_limit') AS m"]);
    const program = memory === undefined ? cell.program : { ...cell.program, memory };
    const { outputs } = await runOn(started.get("in a page")!, { ...cell, program });
    return JSON.stringify(outputs);
  };
  const whole = await settings();
  expect(await settings(mib(256))).toContain("256.0 MiB");
  expect(whole).toContain("2.0 GiB");
  expect(await settings()).toContain("2.0 GiB");
}, 60_000);

interface Ran {
  readonly end: KernelEnd;
  readonly outputs: readonly CellOutput[];
  /** The rows of the table that is shown. */
  readonly rows: readonly unknown[];
  readonly text: string;
  readonly error: string;
}

async function run(...cells: readonly LanguageCell[]): Promise<Ran> {
  const { end, outputs } = await runOn(kernel, requestForLast(...cells));
  const bundle =
    outputs.flatMap((output) => (output.output_type === "execute_result" ? [output.data] : [])).at(-1) ?? {};
  const text = bundle["text/plain"];
  const arrow = bundle["application/vnd.apache.arrow.file"];
  const errors = outputs.flatMap((output) => (output.output_type === "error" ? [output] : []));
  return {
    end,
    outputs,
    rows: typeof arrow === "string" ? tableFromIPC(Buffer.from(arrow, "base64")).toArray() : [],
    text: typeof text === "string" ? text : "",
    error: errors.map(({ ename, evalue, traceback }) => `${ename}: ${evalue}\n${traceback.join("\n")}`).join("\n"),
  };
}

const ORDERS: LanguageCell = [
  "javascript",
  `const orders = [
     { id: 1, who: "Ana", price: 2.5, day: new Date(0), tags: ["a"], paid: true },
     { id: 2, who: "Ben", price: 4, day: null, tags: [], paid: false },
     { id: 3, who: "x' OR 1=1 --", price: 8, day: new Date(864e5), tags: ["b", "c"], paid: true },
   ];`,
];

describe.each(["in a page", "on an agent"])("a cell in SQL %s", (place) => {
  beforeAll(() => void (kernel = started.get(place)!));

  it("reads lists of objects, and shows a table", async () => {
    const { rows, text, end } = await run(ORDERS, [
      "sql",
      "SELECT who, price * 2 AS twice FROM orders ORDER BY id DESC",
    ]);
    expect(end).toEqual({ status: "ok" });
    expect(rows).toEqual([
      { who: "x' OR 1=1 --", twice: 16 },
      { who: "Ben", twice: 8 },
      { who: "Ana", twice: 5 },
    ]);
    expect(text).toContain("Ben");
    expect(text).toContain("3 rows");
  });

  it("gives its result to JavaScript, Python and SQL under the name of its first comment", async () => {
    const totals: LanguageCell = [
      "sql",
      "-- name: totals\nSELECT paid, count(*) AS n, sum(price) AS total, max(day) AS day, list(id ORDER BY id) AS ids, sum(id) AS s FROM orders GROUP BY paid ORDER BY paid",
    ];
    const { outputs } = await run(ORDERS, totals, ["javascript", "console.log(JSON.stringify(totals[1]))"]);
    expect(outputs).toMatchObject([
      { text: '{"paid":true,"n":2,"total":10.5,"day":"1970-01-02T00:00:00.000Z","ids":[1,3],"s":4}\n' },
    ]);
    expect((await run(ORDERS, totals, ["sql", "SELECT sum(n) AS n FROM totals"])).rows).toEqual([{ n: 3 }]);
    const python = await run(ORDERS, totals, [
      "python",
      "print(totals[1]['total'], totals[1]['day'].year, len(totals))",
    ]);
    expect(python.outputs).toMatchObject([{ text: "10.5 1970 2\n" }]);
  });

  it("finds the columns of a PIVOT itself, where it takes no values", async () => {
    const pivot = (rest: string) => run(ORDERS, ["sql", `PIVOT ${rest} ON paid USING sum(id) GROUP BY price`]);
    const { rows, error } = await pivot("orders");
    expect(error).toBe("");
    expect(rows).toEqual([
      { price: 2.5, false: null, true: 1 },
      { price: 4, false: 2, true: null },
      { price: 8, false: null, true: 3 },
    ]);
    const inside = "WITH p AS (PIVOT orders ON paid USING sum(id)) SELECT count(*) AS n FROM p";
    expect((await run(ORDERS, ["sql", inside])).rows).toEqual([{ n: 3 }]);
    expect((await pivot("(FROM orders WHERE id > ${1})")).error).toContain("cannot have parameters in their source");
  });

  it("reads a variable as SQL reads names: in capitals or not", async () => {
    const made: LanguageCell = ["sql", "CREATE TABLE Half AS FROM Orders WHERE ID > 1; INSERT INTO half FROM ORDERS"];
    expect((await run(ORDERS, made, ["sql", "SELECT count(*) AS n FROM HALF h JOIN half USING (id)"])).rows).toEqual([
      { n: 9 },
    ]);
  });

  it("keeps each of two columns of one name, as of a join", async () => {
    const people: LanguageCell = ["javascript", "const people = [{ id: 1, who: 'Zoe', tags: ['t'], id_1: null }];"];
    const join: LanguageCell = [
      "sql",
      "-- name: joined\nSELECT o.id, o.who, p.*, o.price AS ID, sum(o.id) OVER () AS id FROM orders o JOIN people p USING (id)",
    ];
    const joined = { id: 1, who: "Ana", id_2: 1, who_1: "Zoe", tags: ["t"], id_1: null, ID_3: 2.5, id_4: 1 };
    expect(Object.keys((await run(ORDERS, people, join)).rows[0] ?? {})).toEqual(Object.keys(joined));
    const { outputs } = await run(ORDERS, people, join, ["javascript", "console.log(JSON.stringify(joined))"]);
    expect(outputs).toMatchObject([{ text: `${JSON.stringify([joined])}\n` }]);
    const again = await run(ORDERS, people, join, ["sql", "SELECT id_2, who_1 FROM joined"]);
    expect(again.rows).toEqual([{ id_2: 1, who_1: "Zoe" }]);
  });

  it("reads what Python made", async () => {
    const { rows, error } = await run(
      ["python", "points = [{'x': n, 'y': n * n} for n in range(4)]"],
      ["sql", "SELECT sum(y) AS y FROM points WHERE x > ${1}"],
    );
    expect(error).toBe("");
    expect(rows).toEqual([{ y: 13 }]);
  });

  it("binds values, whatever is in them", async () => {
    const given: LanguageCell = [
      "javascript",
      'const name = "x\' OR 1=1 --", ids = [1, 3], none = [], later = new Date(1e3), big = 2n ** 70n',
    ];
    const one = async (where: string): Promise<unknown> =>
      (await run(ORDERS, given, ["sql", `SELECT id FROM orders WHERE ${where} ORDER BY id`])).rows;
    expect(await one("who = ${name}")).toEqual([{ id: 3 }]);
    expect(await one("who = ${'Ben; DROP TABLE orders'}")).toEqual([]);
    expect(await one("id IN ${ids} AND id IN (${ids})")).toEqual([{ id: 1 }, { id: 3 }]);
    expect(await one("id NOT IN ${none}")).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(await one("day > ${later} OR id > ${big}")).toEqual([{ id: 3 }]);
    expect(await one("${null} IS NULL AND paid = ${false}")).toEqual([{ id: 2 }]);
    expect(
      (await run(given, ["sql", "SELECT count(*) AS n FROM ${ids.map((id) => ({ id }))} AS r WHERE r.id > ${2}"])).rows,
    ).toEqual([{ n: 1 }]);
    expect((await run(["sql", "SELECT ${{ a: 1 }}"])).error).toContain("value 1 is of the kind object");
  });

  it.each([
    ["CSV", '"id,name\\n1,Ana\\n2,\\"B, b\\"\\n"'],
    ["bytes of CSV", 'new TextEncoder().encode("id;name\\n1;Ana\\n2;B, b\\n")'],
    ["JSON", "JSON.stringify([{ id: 1, name: 'Ana' }, { id: 2, name: 'B, b' }])"],
    ["JSON by lines", '\'{"id":1,"name":"Ana"}\\n{"id":2,"name":"B, b"}\\n\''],
    ["Parquet", `new Uint8Array([${parquetFile({ id: [1, 2], name: ["Ana", "B, b"] }).join()}])`],
    ["columns", "({ id: new Int32Array([1, 2]), name: ['Ana', 'B, b'] })"],
  ])("reads %s", async (_kind, source) => {
    const { rows, error } = await run(
      ["javascript", `const file = ${source};`],
      ["sql", "SELECT id + 0 AS id, name FROM file ORDER BY id"],
    );
    expect(error).toBe("");
    expect(rows).toEqual([
      { id: 1, name: "Ana" },
      { id: 2, name: "B, b" },
    ]);
  });

  it("makes tables that other cells read, and nothing else stays", async () => {
    const make: LanguageCell = [
      "sql",
      "CREATE TABLE big AS FROM orders WHERE price > 3;\nINSERT INTO big (id) VALUES (9)",
    ];
    expect((await run(ORDERS, make, ["sql", "SELECT count(*) AS n FROM big"])).rows).toEqual([{ n: 3 }]);
    expect((await run(ORDERS, make, ["javascript", "big.map(({ id }) => id).join()"])).text).toBe("'2,3,9'");
    expect(
      (
        await run(
          ["sql", "CREATE TEMP TABLE left_over AS SELECT 1; CREATE MACRO twice(x) AS x * 2"],
          ["sql", "SELECT twice(2)"],
        )
      ).error,
    ).toContain("twice");
  });

  it.each([
    ["SELECT *\nFROM orders\nWHERE nope = 1", /BinderError: Referenced column "nope" not found/, 3, 7],
    ["SELECT 1;\n\nSELECT * FROM orders WHERE id = ${1\n} AND\n  nope", /BinderError/, 5, 3],
    ["SELECT *\nFROM nothing_there", /CatalogError: Table with name nothing_there does not exist/, 2, 6],
    ["SELEC 1", /ParserError: syntax error/, 1, 1],
    ["SELECT 1,\n  CAST('a' AS INT)", /ConversionError/, 2, 3],
  ])("says the line of a mistake: %j", async (source, message, line, column) => {
    const { error, end } = await run(ORDERS, ["sql", source]);
    expect(error).toMatch(message);
    expect(error).toContain(`${line} | ${source.split("\n")[line - 1]!}`);
    expect(end).toMatchObject({ status: "error", at: { line, column } });
  });

  it("says what is no table, and fails in a value like JavaScript", async () => {
    expect((await run(["javascript", "const n = 3"], ["sql", "FROM n"])).error).toContain(
      "“n” cannot be read as a table: it is a number",
    );
    const { error, end } = await run(["sql", "SELECT 1,\n  ${missing.x}"]);
    expect(error).toContain("ReferenceError: missing is not defined");
    expect(end).toMatchObject({ at: { line: 2 } });
  });

  it("shows the first rows of a large result, whose value has all", async () => {
    const many: LanguageCell = ["sql", "-- name: many\nSELECT range AS n, 'row ' || range AS t FROM range(200_000)"];
    const { rows, outputs } = await run(many);
    expect(rows.length).toBeGreaterThan(10_000);
    expect(rows.length).toBeLessThan(200_000);
    expect(
      outputs.some((output) => output.output_type === "stream" && output.text.includes("of 200000 rows are shown")),
    ).toBe(true);
    expect((await run(many, ["javascript", "many.length"])).text).toBe("200000");
  });

  it("can be looked at: rows and columns, size, the first row", async () => {
    const { program, before } = requestForLast(
      [
        "sql",
        "-- name: people\nSELECT 1 AS id, 'Ana' AS name, DATE '2026-01-02' AS day UNION ALL SELECT 2, 'Ben', NULL ORDER BY id",
      ],
      ["sql", "-- name: nobody\nSELECT 1 AS id WHERE false"],
      ["javascript", "people.length"],
    );
    await runOn(kernel, { run: RunId.create(), program, before });
    if (kernel.inspect === undefined) return;
    const paths = ["people", "nobody", "no"].map((name, at) => {
      return { cell: before[at]?.cell, language: "sql" as const, names: [name] };
    });
    const [people, nobody, no] = (await kernel.inspect({ paths, members: true })) ?? [];
    expect(people).toMatchObject({ type: "table", members: [{ name: "id" }, { name: "name" }, { name: "day" }] });
    expect(people?.size).toMatch(/^2 rows × 3 columns, .* B$/);
    expect(people?.preview).toBe('[{ id: 1, name: "Ana", day: 2026-01-02T00:00:00.000Z }, …]');
    expect(nobody).toMatchObject({ type: "table", preview: "id" });
    expect(no).toBeUndefined();
  });

  it.each(["FROM read_csv('/etc/passwd')", `FROM read_text('${join(DIST, "later/plot.mjs")}')`])(
    "reads no file of the computer: %s",
    async (source) => expect((await run(["sql", source])).error).toContain("a query reads no files"),
  );

  it.each([
    "SELECT * FROM 'URL'",
    "FROM read_csv('URL')",
    "COPY (SELECT 1) TO 'URL'",
    "ATTACH 'URL'",
    "INSTALL httpfs FROM 'URL'",
    "LOAD 'URL'",
    "LOAD httpfs",
    "INSTALL json",
    "SELECT json_extract('{}', 'a')",
    "FROM read_parquet('URL')",
    "SET enable_external_access = true",
    "SET custom_extension_repository = 'URL'",
    "SET autoload_known_extensions = true",
    "RESET lock_configuration",
    "PRAGMA enable_external_access",
  ])("asks nothing of anybody: %s", async (source) => {
    const canary = `${kernels.url}canary`;
    await run(["sql", source.replaceAll("URL", canary)]);
    expect(kernels.requests.filter((path) => path.includes("canary"))).toEqual([]);
    const after = kernels.requests.length;
    await run(["sql", "SELECT 1"]);
    expect(kernels.requests.length).toBe(after);
  });
});
