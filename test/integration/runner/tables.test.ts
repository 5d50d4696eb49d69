// Tables between JavaScript, Python and SQL in a real slot: what they are there, value by value.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Kernel, KernelRequest } from "#shared/ports/Kernel.ts";
import { DenoKernel } from "../../../workers/agent/DenoKernel.ts";
import { findDeno } from "../../../workers/agent/denoBinary.ts";
import { possibleWrappings, slotCommand } from "../../../workers/agent/slotCommand.ts";
import { printed, runOn } from "../../contract/kernel.ts";
import { DIST, ensureBuilt } from "../../support/built.ts";
import { requestForLast, type LanguageCell } from "../../support/languageCells.ts";

let kernel: Kernel;
beforeAll(async () => {
  await ensureBuilt();
  const paths = { deno: findDeno() ?? "", slot: join(DIST, "slot"), python: join(DIST, "python") };
  kernel = await DenoKernel.start(slotCommand({ ...paths, later: join(DIST, "later") }, possibleWrappings().at(-1)!));
}, 60_000);
afterAll(() => kernel.close());

async function print(request: KernelRequest): Promise<string> {
  const { end, outputs } = await runOn(kernel, request);
  expect([end, outputs.filter((output) => output.output_type === "error")]).toEqual([{ status: "ok" }, []]);
  return printed(outputs);
}

const cells = (...list: readonly LanguageCell[]): Promise<string> => print(requestForLast(...list));

/** Two thousand rows with every kind of column: above the length from which lists of records go as columns. */
const RECORDS: LanguageCell = [
  "javascript",
  `const rows = Array.from({ length: 2_000 }, (_, at) => ({
     n: at, half: at / 2, text: "ñ" + at, yes: at % 2 === 0, day: new Date(at * 1000), list: [at],
     n2: at % 2 ? at : null, t2: at % 2 ? "x" : undefined, y2: at % 2 ? true : null, d2: at % 2 ? new Date(0) : null,
   }));`,
];

describe("a long list of records of JavaScript", () => {
  it("is a list of dicts in Python", async () => {
    const show: LanguageCell = ["python", "print(type(rows).__name__, len(rows), list(rows[1].values()), rows[2])"];
    expect(await cells(RECORDS, show)).toBe(
      "list 2000 [1, 0.5, 'ñ1', False, datetime.datetime(1970, 1, 1, 0, 0, 1, tzinfo=datetime.timezone.utc), [1], 1, 'x', True, " +
        "datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)] " +
        "{'n': 2, 'half': 1, 'text': 'ñ2', 'yes': True, 'day': datetime.datetime(1970, 1, 1, 0, 0, 2, tzinfo=datetime.timezone.utc), " +
        "'list': [2], 'n2': None, 't2': None, 'y2': None, 'd2': None}\n",
    );
  });

  it("comes back from Python as it went", async () => {
    const back: LanguageCell = ["python", "back = rows[:1500]"];
    const compare: LanguageCell = [
      "javascript",
      `const json = (list) => JSON.stringify(list.slice(0, 1500), (_, value) => value ?? null);
       console.log(back.length, json(back) === json(rows.map((row) => ({ ...row, t2: row.t2 ?? null }))), back[1].day instanceof Date);`,
    ];
    expect(await cells(RECORDS, back, compare)).toBe("1500 true true\n");
  });

  it("is a table of SQL when Python hands it on", async () => {
    const back: LanguageCell = ["python", "back = [row | {'big': 2**40} for row in rows]"];
    const count: LanguageCell = [
      "sql",
      "-- name: sums\nSELECT sum(n) AS n, sum(half) AS half, count(t2) AS texts, count(*) FILTER (yes) AS yes, max(big) AS big, max(day) AS day, sum(list[1]) AS list FROM back",
    ];
    const show: LanguageCell = ["javascript", "console.log(JSON.stringify(sums))"];
    expect(JSON.parse(await cells(RECORDS, back, count, show))).toEqual([
      {
        n: 1999000,
        half: 999500,
        texts: 1000,
        yes: 1000,
        big: 2 ** 40,
        day: "1970-01-01T00:33:19.000Z",
        list: 1999000,
      },
    ]);
  });

  it("names what cannot travel in it", async () => {
    const { end, outputs } = await runOn(
      kernel,
      requestForLast(["python", "rows = [{'f': print}] * 2000"], ["javascript", "rows"]),
    );
    expect(end.status).toBe("error");
    expect(JSON.stringify(outputs)).toContain("“rows” cannot be read from another language: it is a function");
  });
});

describe("a result of SQL", () => {
  const KINDS: LanguageCell = [
    "sql",
    `-- name: kinds
     SELECT sum(i) AS s, 9007199254740993::HUGEINT AS big, 2::HUGEINT ** 70 AS p, [sum(i)] AS sums, 3::UHUGEINT AS u,
       1180591620717411303424::HUGEINT AS huge, 1.25::DECIMAL(38, 2) AS cost, TIME '12:34:56.789' AS clock,
       INTERVAL '14 months -2 days 3 hours' AS span, INTERVAL 0 day AS none, [TIME '01:00'] AS times,
       MAP {'a': 1, 'b': 2} AS m, MAP {DATE '2026-01-02': INTERVAL 1 day} AS days, {'at': TIME '01:02:03'} AS part
     FROM range(5) t(i)`,
  ];

  it("has whole numbers exactly, and times, intervals and maps as plain data in JavaScript", async () => {
    const show = "JSON.stringify(kinds[0], (_, value) => (typeof value === 'bigint' ? value + 'n' : value))";
    expect(JSON.parse(await cells(KINDS, ["javascript", `console.log(${show})`]))).toEqual({
      ...{ s: 10, big: "9007199254740993n", p: 2 ** 70, sums: [10], u: 3, huge: "1180591620717411303424n", cost: 1.25 },
      ...{ clock: "12:34:56.789", span: "1 year 2 months -2 days 03:00:00", none: "00:00:00", times: ["01:00:00"] },
      ...{ m: { a: 1, b: 2 }, days: { "2026-01-02T00:00:00.000Z": "1 day" }, part: { at: "01:02:03" } },
    });
  });

  it("has them so in Python, too", async () => {
    const names = ["s", "big", "huge", "cost", "clock", "span", "m", "part"];
    expect(await cells(KINDS, ["python", `print([kinds[0][name] for name in ${JSON.stringify(names)}])`])).toBe(
      "[10, 9007199254740993, 1180591620717411303424, 1.25, '12:34:56.789', '1 year 2 months -2 days 03:00:00', " +
        "{'a': 1, 'b': 2}, {'at': '01:02:03'}]\n",
    );
  });

  it("keeps its kinds of columns in other cells in SQL", async () => {
    const again: LanguageCell = [
      "sql",
      "-- name: again\nSELECT clock < TIME '13:00' AS early, span + INTERVAL 2 day AS longer, m['b'] AS b, s + 1 AS s FROM kinds",
    ];
    const show: LanguageCell = ["javascript", "console.log(JSON.stringify(again))"];
    expect(await cells(KINDS, again, show)).toBe('[{"early":true,"longer":"1 year 2 months 03:00:00","b":2,"s":11}]\n');
  });
});

describe("a table of SQL in Python", () => {
  const TABLE: LanguageCell = [
    "sql",
    `-- name: t
     SELECT range AS n, sum(range) AS total, 'ñ' || range AS text, NULL AS none, range > 0 AS more, DATE '2026-01-02' AS day,
       TIMESTAMP '2026-01-02 03:04:05.000006' AS moment, [range] AS list, {'a': range} AS part, 1.5::DECIMAL(4, 2) AS cost,
       CASE WHEN range > 0 THEN range END AS some
     FROM range(2) GROUP BY range ORDER BY range`,
  ];
  const SHOW: LanguageCell = ["python", "print(type(t).__name__)\nfor value in t[1].items(): print(value)"];
  const ROWS = [
    "list",
    "('n', 1)",
    "('total', 1)",
    "('text', 'ñ1')",
    "('none', None)",
    "('more', True)",
    "('day', datetime.datetime(2026, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))",
    "('moment', datetime.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc))",
    "('list', [1])",
    "('part', {'a': 1})",
    "('cost', 1.5)",
    "('some', 1)",
    "",
  ].join("\n");

  it("is a list of dicts", async () => expect(await cells(TABLE, SHOW)).toBe(ROWS));

  it("is a list of dicts, too, where the library for tables cannot be had", async () => {
    const request = requestForLast(TABLE, SHOW);
    expect(await print({ ...request, program: { ...request.program, imports: ["pandas"] } })).toBe(ROWS);
  });
});

it("takes dicts of columns, and Python's own dates", async () => {
  const columns: LanguageCell = [
    "python",
    "import array, datetime\ncolumns = {'a': [1, 2], 'b': array.array('d', [0.5, 1]), 'day': [datetime.date(2026, 1, 2)] * 2}",
  ];
  const sum: LanguageCell = ["sql", "-- name: s\nSELECT sum(a * b) AS s, max(day) AS day FROM columns"];
  const show: LanguageCell = ["javascript", "console.log(JSON.stringify([s, columns.day]))"];
  expect(JSON.parse(await cells(columns, sum, show))).toEqual([
    [{ s: 2.5, day: "2026-01-02T00:00:00.000Z" }],
    ["2026-01-02T00:00:00.000Z", "2026-01-02T00:00:00.000Z"],
  ]);
});
