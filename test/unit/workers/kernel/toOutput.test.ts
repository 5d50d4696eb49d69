import { describe, expect, it } from "vitest";
import { html, image, md, svg } from "../../../../workers/kernel/richText.ts";
import { toOutput } from "../../../../workers/kernel/toOutput.ts";

// Names that no formatter knows as languages.
const [markup, drawing, prose] = [html, svg, md];

describe("html, svg and md", () => {
  it("escape what is put in, and take what is marked as it is", () => {
    const evil = `<img src=x onerror="alert('1')">\``;
    expect(markup`<p title="${evil}">${evil}</p>`.text).toBe(
      `<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&#96;">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&#96;</p>`,
    );
    const list = ["a", "<b>"].map((item) => markup`<li>${item}</li>`);
    expect(markup`<ul>${list}</ul>`.text).toBe("<ul><li>a</li><li>&lt;b&gt;</li></ul>");
    expect(markup`${drawing`<circle r="${5}"/>`}${html("<hr>")}`.text).toBe('<circle r="5"/><hr>');
    expect(drawing`<text>${"a & b"}</text>`).toMatchObject({ mime: "image/svg+xml", text: "<text>a &amp; b</text>" });
    expect(markup`${undefined}${null}${false}${0}`.text).toBe("0");
  });
  it("keep markup out of Markdown, and Markdown's own signs", () => {
    expect(prose`# ${"*not* _em_ [x](y) <b> `code`"}`.text).toBe(
      "# \\*not\\* \\_em\\_ \\[x\\]\\(y\\) &lt;b&gt; \\`code\\`",
    );
    expect(prose`${html("<b>ok</b>")} ${md("*em*")}`.text).toBe("<b>ok</b> *em*");
    expect(markup`${md("<b>")}`.text).toBe("&lt;b&gt;");
  });
  it("take the indentation of the code around away from Markdown", () => {
    expect(
      prose`
      # Title
        - item ${1}

      end`.text,
    ).toBe("\n# Title\n  - item 1\n\nend");
    expect(prose`one line`.text).toBe("one line");
  });
});

describe("image", () => {
  it("recognises the kinds that are shown", () => {
    const kindOf = (...bytes: number[]): string => image(new Uint8Array(bytes)).mime;
    expect(kindOf(0x89, 0x50, 0x4e, 0x47)).toBe("image/png");
    expect(kindOf(0xff, 0xd8, 0xff)).toBe("image/jpeg");
    expect(image(new TextEncoder().encode("GIF89a")).mime).toBe("image/gif");
    expect(image(new TextEncoder().encode("RIFF1234WEBP")).mime).toBe("image/webp");
    expect(image(new TextEncoder().encode("  <svg/>")).mime).toBe("image/svg+xml");
  });
  it("refuses everything else, saying what it shows", () => {
    expect(() => image(new Uint8Array([1, 2, 3]))).toThrow(/these bytes are none of them/);
    expect(() => image(new Uint8Array([1]), "text/html")).toThrow(/image\/png/);
    expect(() => image("bytes" as unknown as Uint8Array)).toThrow(/needs the bytes/);
  });
});

describe("toOutput", () => {
  it.each<[value: unknown, bundle: Record<string, unknown>]>([
    [42, { "text/plain": "42" }],
    ["a", { "text/plain": "'a'" }],
    [{ a: [1] }, { "application/json": { a: [1] }, "text/plain": "{ a: [ 1 ] }" }],
    [new Map(), { "text/plain": "Map(0) {}" }],
    [html("<b>hi</b> there"), { "text/html": "<b>hi</b> there", "text/plain": "hi there" }],
    [md("# hi"), { "text/markdown": "# hi", "text/plain": "# hi" }],
    [
      image(new TextEncoder().encode("<svg/>")),
      { "image/svg+xml": "<svg/>", "text/plain": "[image/svg+xml, 6 bytes]" },
    ],
  ])("%o", (value, bundle) => {
    expect(toOutput(value)).toEqual({ ready: bundle });
  });

  it("survives a value that throws when it is looked at", () => {
    const ownKeys = (): never => {
      throw new Error("no");
    };
    expect(toOutput(new Proxy({ a: 1 }, { ownKeys }))).toEqual({ ready: { "text/plain": "[cannot be shown: no]" } });
  });

  it("shows plain data as it was when it was shown", () => {
    const data = { a: [1] };
    const shown = toOutput(data);
    data.a.push(2);
    expect(shown.ready?.["application/json"]).toEqual({ a: [1] });
  });

  const many = (count: number, make: (at: number) => unknown): unknown[] =>
    Array.from({ length: count }, (_, at) => make(at));

  it("shows a long list of records as a table", () => {
    const getter = {
      get g(): never {
        throw new Error("called");
      },
    };
    const records = many(101, (at) =>
      at === 1
        ? { n: null, big: 1n }
        : { n: at, text: "a", day: new Date(0), part: { a: [1] }, mixed: at % 2 ? at : "b" },
    );
    const { ready, note } = toOutput([...records, getter]);
    expect(ready?.["application/vnd.dataresource+json"]).toMatchObject({
      schema: {
        fields: [
          ...[
            { name: "n", type: "number" },
            { name: "text", type: "string" },
            { name: "day", type: "string" },
          ],
          ...[
            { name: "part", type: "string" },
            { name: "mixed", type: "string" },
            { name: "big", type: "string" },
          ],
          { name: "g", type: "string" },
        ],
      },
      data: {
        0: { n: 0, text: "a", day: "1970-01-01T00:00:00.000Z", part: "{ a: [ 1 ] }", mixed: "b" },
        1: { n: null, big: "1n" },
        101: { g: "(…)" },
      },
    });
    expect(note).toBeUndefined();
    expect(ready?.["text/plain"]).toContain("more");
  });

  it("shows the first rows of a very long one, and says so", () => {
    const { ready, note } = toOutput(many(1_000_000, (n) => ({ n, text: `row ${n}` })));
    const table = ready?.["application/vnd.dataresource+json"] as { readonly data: readonly unknown[] };
    expect(table.data.length).toBeGreaterThan(10_000);
    expect(JSON.stringify(table).length).toBeLessThan(4 * 2 ** 20);
    expect(note).toBe(`The first ${table.data.length} of 1000000 rows are shown; the value has all of them.\n`);
  });

  it.each([
    ["values", many(200, (n) => (n % 2 ? n : undefined))],
    ["instances", many(200, () => new Map())],
    ["nothing", many(3_000, () => ({}))],
  ])("shows a long list of %s as text", (_of, value) => {
    expect(Object.keys(toOutput(value).ready ?? {})).toEqual(["text/plain"]);
  });

  it("lets an object say how it is shown", async () => {
    const display = Symbol.for("Jupyter.display");
    expect(await toOutput({ [display]: () => ({ "text/html": "<b>" }) }).making).toEqual({ "text/html": "<b>" });
    expect(await toOutput({ [display]: async () => Promise.resolve({ a: 1n }) }).making).toMatchObject({
      "text/plain": expect.stringContaining("BigInt") as string,
    });
    expect(await toOutput({ [display]: () => "text" }).making).toMatchObject({
      "text/plain": expect.stringContaining("mime") as string,
    });
    expect(
      await toOutput({
        [display]() {
          throw new Error("mine");
        },
      }).making,
    ).toEqual({ "text/plain": "[Error: mine]" });
  });

  it("encodes a picture of a blob", async () => {
    const bytes = new Uint8Array(100_000).map((_, at) => at);
    const { making } = toOutput(new Blob([bytes], { type: "image/png" }));
    const data = (await making)!["image/png"] as string;
    expect(Buffer.from(data, "base64")).toEqual(Buffer.from(bytes));
  });
});
