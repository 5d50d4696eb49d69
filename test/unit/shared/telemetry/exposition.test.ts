import { describe, expect, it } from "vitest";
import { exposition, metric, metricBy } from "#shared/telemetry/exposition.ts";

describe("exposition", () => {
  it("writes help, type and one line for each sample", () => {
    const text = exposition([
      metric("gauge", "rooms", "Rooms.", 3),
      metricBy("counter", ["refused_total", "what"], "Refused.", { frame: 1, login: 0.5 }),
    ]);
    expect(text).toBe(
      [
        "# HELP rooms Rooms.",
        "# TYPE rooms gauge",
        "rooms 3",
        "# HELP refused_total Refused.",
        "# TYPE refused_total counter",
        'refused_total{what="frame"} 1',
        'refused_total{what="login"} 0.5',
        "",
      ].join("\n"),
    );
  });

  it("escapes what would end a line or a label", () => {
    const samples = [{ labels: { version: 'a"b\\c\nd' }, value: 1 }];
    expect(exposition([{ name: "build", help: "one\\two\nthree", type: "gauge", samples }])).toBe(
      '# HELP build one\\\\two\\nthree\n# TYPE build gauge\nbuild{version="a\\"b\\\\c\\nd"} 1\n',
    );
  });

  it("writes the numbers that JSON has not", () => {
    const values = [NaN, Infinity, -Infinity].map(
      (value) => exposition([metric("gauge", "x", "", value)]).split("\n")[2],
    );
    expect(values).toEqual(["x NaN", "x +Inf", "x -Inf"]);
  });

  it("leaves out a metric that has nothing to say", () => {
    expect(exposition([metricBy("gauge", ["x", "part"], "", {})])).toBe("");
  });
});
