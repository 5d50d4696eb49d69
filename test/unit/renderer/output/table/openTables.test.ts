import { describe, expect, it } from "vitest";
import { ms } from "#shared/base/units.ts";
import { OpenTables, TABLE_KEPT } from "../../../../../renderer/output/table/OpenTables.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";

const CSV = "text/csv";
const [BODY, OTHER] = ["a,b\n1,2", "a,b\n3,4"];

class Bench {
  readonly clock = new FakeClock();
  /** What was opened and ended, in order. */
  readonly log: string[] = [];
  readonly tables = new OpenTables((mime, body) => {
    const name = `${mime} ${body === BODY ? "body" : "other"}`;
    this.log.push(`open ${name}`);
    return { end: () => void this.log.push(`end ${name}`) };
  }, this.clock);
}

describe("tables that are shown", () => {
  it("are not read again where they stand in another place a moment after they were left", () => {
    const { tables, clock, log } = new Bench();
    const table = tables.take(CSV, BODY);
    tables.leave(table);
    clock.advance(ms(TABLE_KEPT - 1));
    expect(tables.take(CSV, BODY)).toBe(table);
    clock.advance(TABLE_KEPT);
    expect([log, clock.waiting]).toEqual([[`open ${CSV} body`], 0]);
  });

  it("are ended, once, when nobody took them again in time, and then read anew", () => {
    const { tables, clock, log } = new Bench();
    const table = tables.take(CSV, BODY);
    tables.leave(table);
    clock.advance(ms(1_000));
    // Left already: that starts no second wait.
    tables.leave(table);
    clock.advance(ms(TABLE_KEPT - 1_000));
    expect(log).toEqual([`open ${CSV} body`, `end ${CSV} body`]);
    expect(tables.take(CSV, BODY)).not.toBe(table);
    clock.advance(TABLE_KEPT);
    expect(log).toEqual([`open ${CSV} body`, `end ${CSV} body`, `open ${CSV} body`]);
  });

  it("have a worker for each who shows them, since each sorts it as he likes", () => {
    const { tables, clock } = new Bench();
    const [one, two] = [tables.take(CSV, BODY), tables.take(CSV, BODY)];
    expect(one).not.toBe(two);
    tables.leave(one);
    expect(tables.take(CSV, BODY)).toBe(one);
    tables.leave(two);
    clock.advance(TABLE_KEPT);
    expect(tables.take(CSV, BODY)).not.toBe(two);
  });

  it("are others where the text is another, or is read as something else", () => {
    const { tables, log } = new Bench();
    tables.leave(tables.take(CSV, BODY));
    tables.take(CSV, OTHER);
    tables.take("application/vnd.dataresource+json", BODY);
    expect(log).toEqual([`open ${CSV} body`, `open ${CSV} other`, "open application/vnd.dataresource+json body"]);
  });
});
