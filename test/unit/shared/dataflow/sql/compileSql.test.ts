import { describe, expect, it } from "vitest";
import { compileSql } from "#shared/dataflow/sql/compileSql.ts";

/** Source · names read · names defined. */
const CASES: readonly (readonly [source: string, inputs: string, defines?: string])[] = [
  ["", ""],
  ["select 1", ""],
  ["SELECT * FROM orders", "orders"],
  ["from orders", "orders"],
  ["FROM orders SELECT id WHERE id > 3", "orders"],
  ["select * from orders, people p, items as i", "items orders people"],
  ["select * from orders o join people p on o.who = p.id left join items using (id, kind)", "items orders people"],
  ["select * from (select * from orders) o, (a join b on a.x = b.x), lateral (select * from c)", "a b c orders"],
  ['select * from "my table", "a""b"', 'a"b my_table'],
  ["select * from Orders", "Orders"],
  ["select orders.id, count(*) from orders group by 1, 2 order by a, b limit 3", "orders"],
  ["select * from a where x in (select y from b) and exists (from c)", "a b c"],
  ["select (select max(x) from a), b from c", "a c"],
  ["select * from a union all select * from b except (from c)", "a b c"],
  ["with t as (select * from a) select * from t, b", "a b"],
  ["with t as (select * from a), u as (select * from t) from u join T on true", "a"],
  ["with orders as (select * from orders where x) select * from orders", "orders"],
  ["with t(n, m) as materialized (from a) select * from t where n in (with u as (from t) from u)", "a"],
  ["with recursive t as (select 1 as n union all select n + 1 from t) select * from t", ""],
  ["select * from (with t as (from a) from t) x, t", "a t"],
  ["select * from range(10), generate_series(1, 2) s(x), unnest([1]) u, a", "a"],
  ["select * from read_csv('a.csv'), 'b.csv'", ""],
  ["select extract(year from day), trim(both 'x' from name), substring(n from 2) from a", "a"],
  ["select a is distinct from b, a is not distinct from c from t", "t"],
  ["select distinct x from t", "t"],
  ["select * from information_schema.tables, main.orders, other.main.thing", "orders"],
  ["values (1), (2)", ""],
  ["table orders", "orders"],
  ["describe orders", "orders"],
  ["summarize orders", "orders"],
  ["summarize select * from orders", "orders"],
  ["show tables", ""],
  ["pivot orders on year using sum(x)", "orders"],
  ["from orders using sample 10%", "orders"],
  ["select x -- from a\n/* from b /* from c */ from d */ from e", "e"],
  ["select 'from a', \"from b\", $$from c$$, $x$ from d $x$, e'\\' from f' from g", "g"],
  ["select [x for x in y], {'from': z} from a", "a"],
  ["create table t as select * from a", "a", "t"],
  ["create or replace temp view v as from a", "a", "v"],
  ["create table if not exists t (id int, who int references a(id))", "", "t"],
  ["create table t (id int); insert into t values (1); select * from t", "", "t"],
  ["insert into t select * from a", "a t", "t"],
  ["update t set x = 1, y = 2 from a where t.id = a.id", "a t", "t"],
  ["delete from t using a where t.id = a.id", "a t", "t"],
  ["alter table t add column x int", "t", "t"],
  ["create table t as from a; drop table t", "a"],
  ["create table Big as from a; insert into big from A; from BIG", "A a", "Big"],
  ["create table t as from a; drop table T; create table T as from t", "a", "T"],
  ["drop table if exists t; create table t as from a", "a", "t"],
  ["create macro twice(x) as x * 2", ""],
  ["-- name: totals\nselect sum(x) from a", "a", "totals"],
  ["/* -- name: no */\n  -- name: yes\nfrom a", "a", "yes"],
  ["select 1 -- name: late", ""],
  ["-- name: _own\nfrom _private, a", "a"],
  ["select * from a where x = ${limit} and y in (${list.map((n) => n + k)})", "a k limit list"],
  ["select * from ${rows} where x > ${Math.max(1, n)}", "n rows"],
  ["select 1 -- ${x}\n/* ${y} */ + ${z}", "z"],
  ["select '\\${x}' from a", "a"],
  ["select * from a where x = `${`b${c}`}`", "a c"],
];

const words = (text = ""): string[] => text.split(" ").filter((name) => name !== "");

describe("names of a cell in SQL", () => {
  it.each(CASES)("%j", (source = "", inputs = "", defines = "") => {
    const compiled = compileSql(source);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
    const { value } = compiled;
    expect({ inputs: [...value.inputs].sort(), defines: value.defines }).toEqual({
      inputs: words(inputs).map((name) => name.replace("my_table", "my table")),
      defines: words(defines),
    });
  });

  it.each([
    ["select *\nfrom a where x = '${x}'", { line: 2, column: 19 }, "take away the quotes"],
    ['select "${x}"', { line: 1, column: 9 }, "take away the quotes"],
    ["select 'open ${x}", { line: 1, column: 14 }, "take away the quotes"],
    ["select ${x +}", { line: 1, column: 13 }, "in ${…}"],
    ["select ${x", { line: 1, column: 11 }, "} is missing"],
    ["select ${x = 1}", { line: 1, column: 1 }, "cannot assign to x"],
    ["\n-- name: my table\nselect 1", { line: 2, column: 1 }, "“my table” cannot be the name"],
  ])("refuses %j", (source, place, message) => {
    expect(compileSql(source)).toMatchObject({
      ok: false,
      error: { ...place, message: expect.stringContaining(message) as string },
    });
  });

  it("compiles to code with the lines of the cell", () => {
    const source = "-- `${no}`\nselect\n  ${a}, '\\n'\nfrom b";
    const compiled = compileSql(source);
    expect(compiled).toMatchObject({ ok: true, value: { language: "sql" } });
    expect(compiled.ok && compiled.value.code.split("\n").length).toBe(source.split("\n").length);
  });
});
