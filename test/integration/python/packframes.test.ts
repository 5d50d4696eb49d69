// DataFrames on their way to other computers, with the kernel's own Python and the real libraries, as frames.test.ts.

import { describe, expect, it } from "vitest";
import { TASK_VALUE } from "#shared/contracts/kernel/clusterCalls.ts";
import { native, nativeHas } from "../../support/python/nativePython.ts";

/** Each value there and back as what is given to a task, or kept; then why others stay here. */
const THERE_AND_BACK = `
import json
def again(value):
    text = _pack({"at": [value]}, "given")
    assert text == _pack(_unpack(text), "given"), "equal values have equal texts"
    return _unpack(text)["at"][0]
def refusal(value):
    try:
        return _pack(value, "df")
    except TypeError as error:
        return str(error)
`;

const PANDAS = `
import numpy as np, pandas as pd
frame = pd.DataFrame({
  "n": [3, 1, 2], "f": [1.5, None, 3], "f4": np.array([1, 2, np.nan], "float32"), "t": ["a", None, "ñ"], "b": [True, False, True],
  "i": pd.array([1, None, 2**62], dtype="Int64"), "m": pd.array([True, None, False], dtype="boolean"),
  "s": pd.array(["x", None, "y"], dtype="string"), "u": pd.array([1, 2, 3], dtype="uint8"), "x": [1j, 2, 3],
  "c": pd.Categorical(["x", None, "x"], categories=["z", "x"], ordered=True), "o": [[1], {"a": (1, 2)}, None],
  "d": [pd.Timestamp("2026-01-02"), None, pd.Timestamp("2026-01-03 00:00:00.000001001")],
  "e": pd.to_timedelta([1, 2, None], unit="s"), "z": pd.to_datetime(["2026-01-02 01:00"] * 3).tz_localize("Europe/Madrid"),
})
`;

describe.skipIf(!nativeHas("pandas"))("a table of pandas on its way to another computer", () => {
  it("comes out the same, with its types, its index and what is missing", () => {
    const code = `${THERE_AND_BACK}${PANDAS}
tables = {
  "whole": frame, "sorted": frame.sort_values("n"), "part": frame[1:], "labelled": frame.set_index("t"), "by day": frame.set_index("d"),
  "grouped": frame.groupby(["b", "c"], observed=True).n.sum(), "twice": pd.DataFrame([[1, 2]], columns=["a", "a"]),
  "pivoted": frame.pivot_table(index="b", columns="c", values=["n"], observed=True), "numbered": pd.DataFrame([[1, 2]]),
  "no rows": frame[:0], "no columns": pd.DataFrame(index=[1, 2]), "nothing": pd.DataFrame(), "series": pd.Series([1, 2], name=("a", 1)),
  "weekly": pd.DataFrame({"a": [1, 2]}, index=pd.date_range("2026-01-01", periods=2, freq="W-TUE", tz="Europe/Madrid")),
  "every second": pd.DataFrame({"a": [1, 2]}, index=pd.timedelta_range("1s", periods=2, freq="s")),
}
holidays = pd.DataFrame({"a": [1, 2]}, index=pd.date_range("2026-01-01", periods=2, freq=pd.offsets.CDay(holidays=["2026-01-02"])))
pd.testing.assert_frame_equal(holidays, again(holidays), check_freq=False)
for name, table in tables.items():
    same = pd.testing.assert_series_equal if isinstance(table, pd.Series) else pd.testing.assert_frame_equal
    same(table, again(table))
    assert type(again(table).index) is type(table.index), name
result = list(tables)`;
    expect(native(code)).toHaveLength(15);
  });

  it("stays here with the name of the column and the reason, if it would be another one there", () => {
    const code = `${THERE_AND_BACK}${PANDAS}
class More(pd.DataFrame): pass
result = list(map(refusal, [
  pd.DataFrame({"p": pd.period_range("2020", periods=2)}), pd.DataFrame({"o": [object()]}), More({"a": [1]}),
  pd.DataFrame({"s": pd.arrays.SparseArray([0.0, 1])}), [frame.assign(f=[print, 1, 2])]]))`;
    expect(native(code)).toEqual([
      expect.stringMatching(/^df\['p'\] cannot travel to another computer: it is a column of the type period/),
      "df['o'][0] cannot travel to another computer: it is of the type object, and only plain data can",
      "df cannot travel to another computer: it is of the type More, and only plain data can",
      expect.stringMatching(/^df\['s'\] cannot travel to another computer: it is a column of the type Sparse/),
      "df[0]['f'][0] cannot travel to another computer: it is a function, and only plain data can",
    ]);
  });

  it("is given to functions, comes from them, is shared, and is kept, as a table", () => {
    const code = `${THERE_AND_BACK}${PANDAS}
import asyncio
argument = _pack({"start": 0, "items": [frame, frame[1:]]}, "items")
given = _unpack(asyncio.Runner().run(_task(lambda part: part.groupby("b").n.sum(), None, argument))._repr_mimebundle_()["${TASK_VALUE}"])
sums = [[type(one).__name__, one.to_dict()] for one in given]
half = _pack(frame, "the value")
_take_share("s", 0, 2, half[:100])
_take_share("s", 1, 2, half[100:])
pd.testing.assert_frame_equal(frame, _shared("s").value)
assert _shared("s") is _shared("s")
run("import pandas as pd\\ndf = pd.DataFrame({'n': [1, 2]}, index=['a', 'b'])\\nwide = pd.DataFrame({'p': pd.period_range('2020', periods=2)})", cell="made")
run("__meshbook_keep('made', ['df', 'wide', 'pd'], 65536)", cell="asking")
kept = shown[0][1]["application/vnd.meshbook.kept+json"]
run(f"df = __meshbook_given({kept['values']['df']!r})", cell="other")
run("df.loc['b', 'n']", cell="reads", inputs={"df": "other"})
result = [sums, list(kept["values"]), kept["reasons"], shown[0][1]["text/plain"]]`;
    expect(native(code)).toEqual([
      [
        ["Series", { false: 1, true: 5 }],
        ["Series", { false: 1, true: 2 }],
      ],
      ["df", "pd"],
      { wide: expect.stringMatching(/^wide\['p'\] cannot travel/) as string },
      expect.stringMatching(/^(np\.int64\(2\)|2)$/),
    ]);
  });
});

describe.skipIf(!nativeHas("polars"))("a table of polars on its way to another computer", () => {
  it("comes out the same, or stays here with the reason", () => {
    const code = `${THERE_AND_BACK}
import datetime, polars as pl, polars.testing
at = datetime.datetime(2026, 1, 2, 3, 4, 5, 6)
frame = pl.DataFrame({
  "i": [1, None, 3], "f": [1.5, None, float("nan")], "t": ["a", None, "ñ"], "b": [True, None, False], "l": [[1], [2, 3], None],
  "u": pl.Series([1, 2, 3], dtype=pl.UInt8), "day": [datetime.date(2026, 1, 2), None, datetime.date(1, 1, 1)], "at": [at] * 3,
}).with_columns(ms=pl.col("at").dt.cast_time_unit("ms"), z=pl.col("at").dt.replace_time_zone("Europe/Madrid"))
for table in (frame, frame[1:], frame[:0], pl.DataFrame()): polars.testing.assert_frame_equal(table, again(table))
for column in frame.get_columns(): polars.testing.assert_series_equal(column, again(column))
result = list(map(refusal, [
  pl.DataFrame({"c": pl.Series(["a"], dtype=pl.Categorical)}), frame.select(pl.col("at").dt.cast_time_unit("ns")),
  pl.DataFrame({"o": pl.Series([object()], dtype=pl.Object)})]))`;
    expect(native(code)).toEqual([
      expect.stringMatching(/^df\['c'\] cannot travel to another computer: it is a column of the type Categorical/),
      expect.stringMatching(/^df\['at'\] cannot travel to another computer: it is a column of the type Datetime/),
      "df['o'] cannot travel to another computer: it is a column of the type Object",
    ]);
  });
});
