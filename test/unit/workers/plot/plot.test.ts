import { describe, expect, it } from "vitest";
import { inflateSync } from "node:zlib";
import { CanvasPixels } from "../../../../workers/plot/CanvasPixels.ts";
import { createPlot } from "../../../../workers/plot/plotEngine.ts";

type Options = Readonly<Record<string, unknown>>;
interface PlotOf {
  plot(options: Options): object;
  dot(data: unknown, options?: Options): { plot(options?: Options): object };
  cell(data: unknown, options?: Options): object;
  raster(options: Options): object;
}
// reason: what cells see of it; they have no types.
const Plot = createPlot() as PlotOf;
const DISPLAY = Symbol.for("Jupyter.display");
const shown = (drawn: object): Readonly<Record<string, string>> =>
  (drawn as Record<symbol, () => Record<string, string>>)[DISPLAY]!();
const DATA = [
  { x: 1, y: 2, c: "<b>&\u0001" },
  { x: 2, y: 3, c: 'say "no"' },
];

describe("Plot in a cell", () => {
  it("draws a picture", () => {
    const svg = shown(Plot.plot({ marks: [Plot.dot(DATA, { x: "x", y: "y" })] }))["image/svg+xml"]!;
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg.match(/<circle /g)).toHaveLength(2);
    expect(shown(Plot.dot(DATA, { x: "x", y: "y" }).plot())["image/svg+xml"]).toContain("<circle ");
  });

  it("draws legends and titles around it, and never makes markup of data", () => {
    const options = {
      title: "A <i>title</i>",
      color: { legend: true },
      marks: [Plot.dot(DATA, { x: "x", y: "y", stroke: "c", title: "c" })],
    };
    const html = shown(Plot.plot(options))["text/html"]!;
    expect(html).toMatch(/^<figure/);
    expect(html).toContain("A &lt;i&gt;title&lt;/i&gt;");
    expect(html).toContain("&lt;b&gt;&amp;");
    expect(html).not.toContain("<b>");
    expect(html).not.toContain("\u0001");
  });

  it("draws ramps and rasters, for which a page would take a canvas", () => {
    const ramp = shown(
      Plot.plot({ color: { legend: true, scheme: "blues" }, marks: [Plot.cell(DATA, { x: "x", y: "y", fill: "y" })] }),
    );
    expect(ramp["text/html"]).toContain("data:image/png;base64,");
    const raster = Plot.raster({ x1: 0, y1: 0, x2: 1, y2: 1, pixelSize: 50, fill: (x: number, y: number) => x * y });
    expect(shown(Plot.plot({ marks: [raster] }))["image/svg+xml"]).toContain("data:image/png;base64,");
  });

  it("is a mistake of the cell where Plot says so", () => {
    expect(() =>
      Plot.plot({ marks: [Plot.dot(DATA, { x: "x", y: "y", r: "nope", symbol: "nope" })], color: { type: "nope" } }),
    ).toThrow();
  });
});

describe("CanvasPixels", () => {
  it("gives a PNG of what was drawn", () => {
    const canvas = new CanvasPixels();
    [canvas.width, canvas.height] = [300, 80];
    const context = canvas.getContext() as {
      fillStyle: string;
      fillRect(x: number, y: number, w: number, h: number): void;
    };
    context.fillStyle = "#ff8000";
    context.fillRect(0, 0, 1, 1);
    context.fillStyle = "rgb(1, 2, 3)";
    context.fillRect(299, 79, 1, 1);
    const png = Buffer.from(canvas.toDataURL().split(",")[1]!, "base64");
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    const at = png.indexOf("IDAT");
    const lines = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
    expect(lines).toHaveLength((300 * 4 + 1) * 80);
    expect([...lines.subarray(1, 5)]).toEqual([255, 128, 0, 255]);
    expect([...lines.subarray(-4)]).toEqual([1, 2, 3, 255]);
  });
});
