// DataFrames and figures, with the kernel's own Python and the real libraries, in the Python of this computer: wheels of them
// for Pyodide cannot be had everywhere. What is between Python and JavaScript is in runner/tables.test.ts.

import { beforeAll, describe, expect, it } from "vitest";
import { native, nativeHas, nativeIsThere } from "../../support/python/nativePython.ts";

/** A table as it comes from another language: with and without missing values. */
const GIVEN = `
import array
def given():
    view = lambda code, values: memoryview(array.array(code, values))
    text = "añb".encode()
    return {"rows": 3, "columns": [
        {"name": "whole", "kind": "number", "values": view("q", [1, 2, 2**60]), "valid": None},
        {"name": "real", "kind": "number", "values": view("d", [1.5, 0, float("nan")]), "valid": view("B", [1, 0, 1])},
        {"name": "few", "kind": "number", "values": view("i", [1, 0, 3]), "valid": view("B", [1, 0, 1])},
        {"name": "yes", "kind": "boolean", "values": view("B", [1, 0, 1]), "valid": None},
        {"name": "maybe", "kind": "boolean", "values": view("B", [1, 0, 0]), "valid": view("B", [1, 0, 1])},
        {"name": "text", "kind": "text", "values": text, "offsets": view("i", [0, 1, 1, 4]), "valid": view("B", [1, 0, 1])},
        {"name": "day", "kind": "time", "values": view("d", [0, 0, 864e5 + 1.5]), "valid": view("B", [1, 0, 1]), "naive": True},
        {"name": "at", "kind": "time", "values": view("d", [0, 1e12, 0]), "valid": None, "naive": False},
        {"name": "list", "kind": "value", "values": [[1], None, [2, 3]]},
        {"name": "text", "kind": "text", "values": b"xyz", "offsets": view("i", [0, 1, 2, 3]), "valid": None},
    ]}
def read(library, source):
    end = run(source, inputs={"t": {"library": library}}, given={"t": given()})
    return [end["status"] if end["status"] == "ok" else end, "".join(printed), [bundle["text/plain"] for _, bundle in shown]]
`;

const hasPandas = nativeHas("pandas");
const hasPolars = nativeHas("polars");

describe.skipIf(!nativeIsThere())("a table in Python without a library", () => {
  it("is a list of dicts", () => {
    const rows = native(`${GIVEN}\nresult = read(None, "for row in t: print(list(row.values()))\\nlist(t[0])")`);
    expect(rows).toEqual([
      "ok",
      [
        "[1, 1.5, 1, True, True, 'x', datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), [1]]",
        "[2, None, None, False, None, 'y', None, datetime.datetime(2001, 9, 9, 1, 46, 40, tzinfo=datetime.timezone.utc), None]",
        "[1152921504606846976, nan, 3, True, False, 'z', datetime.datetime(1970, 1, 2, 0, 0, 0, 1500, tzinfo=datetime.timezone.utc), datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), [2, 3]]",
        "",
      ].join("\n"),
      ["['whole', 'real', 'few', 'yes', 'maybe', 'text', 'day', 'at', 'list']"],
    ]);
  });

  it("is a list of dicts, too, where the library that the cell imports is not there", () => {
    const code = `import sys\nsys.modules["pandas"] = None\nresult = read("pandas", "type(t).__name__")`;
    expect(native(`${GIVEN}\n${code}`)).toEqual(["ok", "", ["'list'"]]);
  });

  it("goes to others as columns if it is long and its records are alike", () => {
    const code = `
rows = [{"n": n, "f": n / 2, "t": f"t{n}", "b": n % 2 == 0, "m": None if n else n, "x": [n], "big": 2**70} for n in range(1000)]
(count, columns) = _columns_of(rows)
result = [count, [[c["name"], c["kind"], list(c["values"])[1], c.get("valid") and list(c["valid"])[:2]] for c in columns],
  _columns_of(rows[:999]), _columns_of(rows + [{"n": 1}]), _columns_of(list(range(2000)))]`;
    expect(native(code)).toEqual([
      1000,
      [
        ["n", "number", 1, null],
        ["f", "number", 0.5, null],
        ["t", "text", "0".charCodeAt(0), null],
        ["b", "boolean", 0, null],
        ["m", "number", 0, [1, 0]],
        ["x", "value", [1], null],
        ["big", "value", 2 ** 70, null],
      ],
      null,
      null,
      null,
    ]);
  });
});

describe.skipIf(!hasPandas)("a table in Python with pandas", () => {
  it("is a DataFrame, with its types and what is missing", () => {
    const source = `
print([str(one) for one in t.dtypes if str(one) not in ("object", "str")])
print(t["whole"].sum(), t["real"].isna().tolist(), t["few"].tolist()[0::2], t["maybe"].isna().tolist())
print(t.iloc[:, 5].isna().tolist(), t.iloc[2, 5], t["day"].isna().tolist(), t["day"][2], t["at"][1], t["list"].tolist())
list(t.columns)`;
    const [status, printed, shown] = native(
      `${GIVEN}\nresult = read("pandas", ${JSON.stringify(source)})`,
    ) as readonly [string, string, readonly string[]];
    expect(status).toBe("ok");
    const [types, ...lines] = printed.split("\n");
    expect(types).toMatch(
      /^\['int64', 'float64', 'Int32', 'bool', 'boolean', 'datetime64\[(ns|us)\]', 'datetime64\[(ns|us), UTC\]'\]$/,
    );
    expect(lines).toEqual([
      "1152921504606846979 [False, True, True] [1, 3] [False, True, False]",
      "[False, True, False] ñb [False, True, False] 1970-01-02 00:00:00.001500 2001-09-09 01:46:40+00:00 [[1], None, [2, 3]]",
      "",
    ]);
    expect(shown).toEqual(["['whole', 'real', 'few', 'yes', 'maybe', 'text', 'day', 'at', 'list', 'text']"]);
  });

  it("gives others its columns, without a number that only says where a row stood", () => {
    const code = `
import pandas as pd
frame = pd.DataFrame({
  "n": [3, 1, 2], "f": [1.5, None, 3], "t": ["a", None, "ñ"], "b": [True, False, True],
  "i": pd.array([1, None, 2**62], dtype="Int64"), "m": pd.array([True, None, False], dtype="boolean"),
  "c": pd.Categorical(["x", None, "x"]), "d": [pd.Timestamp("2026-01-02"), None, pd.Timestamp("2026-01-03 00:00:00.000001")],
  "z": pd.to_datetime(["2026-01-02 01:00"] * 3).tz_localize("Europe/Madrid"), "u": pd.array([1, 2, 3], dtype="uint8"),
}).sort_values("n")
result = [table_of(frame), table_of(frame.set_index("t")[["n"]]), table_of(frame.groupby(["b", "c"], observed=True).n.sum()),
  table_of(pd.DataFrame([[1, 2]], columns=["a", "a"])), table_of(pd.DataFrame({"a": []})), table_of(frame.pivot_table(index="b", columns="c", values=["n"], observed=True))]`;
    const [frame, labelled, grouped, twice, empty, pivoted] = native(withoutNaN(code)) as readonly Shown[];
    const day = Date.UTC(2026, 0, 2);
    expect(frame).toEqual({
      rows: 3,
      columns: [
        { name: "n", kind: "number", valid: null, values: [1, 2, 3] },
        { name: "f", kind: "number", valid: [0, 1, 1], values: ["nan", 3, 1.5] },
        { name: "t", kind: "text", valid: [0, 1, 1], values: [0xc3, 0xb1, 97], offsets: [0, 0, 2, 3] },
        { name: "b", kind: "boolean", valid: null, values: [0, 1, 1] },
        { name: "i", kind: "number", valid: [0, 1, 1], values: [0, 2 ** 62, 1] },
        { name: "m", kind: "boolean", valid: [0, 1, 1], values: [0, 0, 1] },
        { name: "c", kind: "text", valid: [0, 1, 1], values: [120, 120], offsets: [0, 0, 1, 2] },
        { name: "d", kind: "time", valid: [0, 1, 1], naive: true, values: [0, day + 864e5 + 0.001, day] },
        { name: "z", kind: "time", valid: null, naive: false, values: [day, day, day] },
        { name: "u", kind: "number", valid: null, values: [2, 3, 1] },
      ],
    });
    expect(names(labelled)).toEqual(["t", "n"]);
    expect(names(grouped)).toEqual(["b", "c", "n"]);
    expect(names(twice)).toEqual(["a", "a_2"]);
    expect(empty).toMatchObject({ rows: 0, columns: [{ name: "a" }] });
    expect(names(pivoted)).toEqual(["b", "n x"]);
  });

  it("goes to another language and back the same", () => {
    const code = `${GIVEN}
frame = _pandas_frame(given())
rows, columns = _columns_of(frame)
for column in columns: column["name"] = column["name"].removesuffix("_2")
again = _pandas_frame({"rows": rows, "columns": columns})
import pandas
pandas.testing.assert_frame_equal(frame, again)
result = rows`;
    expect(native(code)).toBe(3);
  });

  it("is shown as a table that can be sorted, and of a large one the first rows", () => {
    const code = `
import json
run("""
import pandas as pd
pd.DataFrame({"n": [1, 2**60], "f": [float("inf"), None], "d": pd.to_datetime(["2026-01-02", None]), "t": ["007", "<b>"]}, index=["a", "b"])
""")
bundle = shown[0][1]
end = run("import pandas as pd\\npd.DataFrame({'n': range(1_000_000), 'text': 'some text'})")
large = shown[0][1]["application/vnd.dataresource+json"]
size = len(json.dumps(large, ensure_ascii=False))
said = "".join(printed)
run("import pandas as pd\\npd.Series([1.5, 2], name='x')")
series = shown[0][1]
result = [bundle["application/vnd.dataresource+json"], "text/html" in bundle, end, len(large["data"]), size, said, series]`;
    const [table, html, end, rows, size, said, series] = native(code) as readonly [
      unknown,
      boolean,
      unknown,
      number,
      number,
      string,
      Readonly<Record<string, unknown>>,
    ];
    expect(table).toEqual({
      schema: {
        fields: [
          { name: "index", type: "string" },
          { name: "n", type: "integer" },
          { name: "f", type: "number" },
          { name: "d", type: "datetime" },
          { name: "t", type: "string" },
        ],
      },
      data: [
        { index: "a", n: 1, f: "inf", d: "2026-01-02", t: "007" },
        { index: "b", n: String(2n ** 60n), f: null, d: null, t: "<b>" },
      ],
    });
    expect(html).toBe(true);
    expect(end).toEqual({ status: "ok" });
    expect(size).toBeLessThan(4 * 2 ** 20);
    expect(said).toBe(`The first ${rows} of 1000000 rows are shown; the value has all of them.\n`);
    expect(series["application/vnd.dataresource+json"]).toEqual({
      schema: { fields: [{ name: "x", type: "number" }] },
      data: [{ x: 1.5 }, { x: 2 }],
    });
  });
});

describe.skipIf(!hasPolars)("a table in Python with polars", () => {
  it("is a DataFrame, and gives others its columns", () => {
    const code = `${GIVEN}
frame = _polars_frame(given())
rows, columns = _columns_of(frame)
again = _polars_frame({"rows": rows, "columns": columns})
import polars
polars.testing = __import__("polars.testing").testing
polars.testing.assert_frame_equal(frame, again)
run("t", inputs={"t": {"library": "polars"}}, given={"t": given()})
result = [[str(one) for one in frame.dtypes], frame.null_count().row(0), list(shown[0][1])]`;
    expect(native(code)).toEqual([
      ["Int64", "Float64", "Int32", "Boolean", "Boolean", "String"].concat(
        "Datetime(time_unit='us', time_zone=None)",
        "Datetime(time_unit='us', time_zone='UTC')",
        "List(Int64)",
        "String",
      ),
      [0, 1, 1, 0, 1, 1, 1, 0, 1, 0],
      ["text/html", "application/vnd.dataresource+json", "text/plain"],
    ]);
  });
});

const hasFigures = nativeHas("matplotlib");
const DRAW = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2, 3])\n";
const ALONE = "from matplotlib.figure import Figure\nfig = Figure()\nfig.subplots().plot([1, 2])\nfig";
/** How figures are shown, by what, and the outputs of that. */
const FIGURES: readonly (readonly [how: string, source: string, kinds: readonly string[], pictures: number])[] = [
  ["at the end of their cell", `${DRAW}None`, ["display_data"], 1],
  ["behind the cell's value", `${DRAW}42`, ["execute_result", "display_data"], 1],
  ["at plt.show(), once", `${DRAW}plt.show()\nplt.show()`, ["display_data"], 1],
  ["as the cell's value, once", `${DRAW}fig`, ["execute_result"], 1],
  ["by display, once", `${DRAW}display(fig)`, ["display_data"], 1],
  ["by their own method", `${DRAW}fig.show()`, ["display_data"], 1],
  ["all of them", `${DRAW}plt.figure()\nplt.plot([1]);`, ["display_data", "display_data"], 2],
  ["but not empty ones", `${DRAW}plt.figure()\nNone`, ["display_data"], 1],
  ["also before an error", `${DRAW}1 / 0`, ["display_data"], 1],
  ["without pyplot, too", ALONE, ["execute_result"], 1],
];

describe.skipIf(!hasFigures)("figures of matplotlib", () => {
  let made: readonly unknown[];
  beforeAll(() => {
    // reason: made below.
    made = native(`
def made(source):
    run(source)
    pictures = [bundle["image/png"][:8] for _, bundle in shown if "image/png" in bundle]
    import matplotlib.pyplot as plt
    return [[kind for kind, _ in shown], pictures, plt.get_fignums(), "".join(printed)]
result = list(map(made, ${JSON.stringify(FIGURES.map(([, source]) => source))}))`) as readonly unknown[];
  });

  it.each(FIGURES.map((one, at) => [one[0], at] as const))("are shown %s", (_how, at) => {
    const [, , kinds, count] = FIGURES[at]!;
    // The first bytes of a PNG; none is left open, and matplotlib complains of nothing.
    expect(made[at]).toEqual([kinds, Array.from({ length: count }, () => "iVBORw0K"), [], ""]);
  });
});

interface Shown {
  readonly rows: number;
  readonly columns: readonly { readonly name: string }[];
}

const names = (table: Shown | undefined): readonly string[] => table?.columns.map(({ name }) => name) ?? [];

/** JSON has no word for it. */
const withoutNaN = (code: string): string => `${code}
def plain(value):
    if isinstance(value, dict): return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list): return [plain(one) for one in value]
    return "nan" if value != value else value
result = plain(result)`;
