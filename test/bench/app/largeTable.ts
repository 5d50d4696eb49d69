import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import type { Page } from "playwright";
import { FIRST_SOURCE } from "./classNotebook.ts";
import type { WatchedWindow } from "./watchTasks.ts";

const ROWS = 1_000_000;
/** Longest that one step may take before the measurement gives up (milliseconds). */
const PATIENCE = 120_000;
const TABLE = ".table-output";

/**
 * A table of a million rows in an open notebook: from Ctrl-Enter, or a press, to what it shows (milliseconds), and the
 * longest task of the page's own thread meanwhile, by which whoever types would wait; 0 if none took 50 ms. The page was
 * opened with `watchTasks`.
 */
export async function largeTable(page: Page, format: "csv" | "arrow"): Promise<Record<string, number>> {
  await page.locator(FIRST_SOURCE).first().click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(format === "csv" ? csvCell() : arrowCell());
  const from = await page.evaluate(() => performance.now());
  const shown = await timeOf(
    () => page.keyboard.press("ControlOrMeta+Enter"),
    () => page.locator(`${TABLE} td`).first().waitFor({ timeout: PATIENCE }),
  );
  const heads = page.locator(`${TABLE} thead button`);
  const sorted = await untilOther(page, () => heads.nth(1).click());
  const paged = await untilOther(page, () => page.getByRole("button", { name: "Rows after" }).click());
  const filtered = await untilOther(page, () => page.getByLabel("Search in this table").fill("7919"));
  const longest = await page.evaluate(
    (since) =>
      Math.max(
        0,
        ...(window as unknown as WatchedWindow).longTasks
          .filter((one) => one.start >= since)
          .map((one) => one.duration),
      ),
    from,
  );
  return { shown_ms: shown, sort_ms: sorted, page_ms: paged, filter_ms: filtered, longest_task_ms: longest };
}

async function timeOf(act: () => Promise<void>, done: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await act();
  await done();
  return performance.now() - before;
}

/** Until it says something else than before, of its rows or of how many there are. */
async function untilOther(page: Page, act: () => Promise<void>): Promise<number> {
  const before = await page.locator(TABLE).textContent();
  const isOther = ({ selector, text }: { selector: string; text: string | null }): boolean =>
    document.querySelector(selector)?.textContent !== text;
  return timeOf(act, () => page.waitForFunction(isOther, { selector: TABLE, text: before }, { timeout: PATIENCE }));
}

/** Shows what stands in `bundle`. */
const shows = (bundle: string): string => `({ [Symbol.for("Jupyter.display")]: () => (${bundle}) })`;

/** Some 9 MB: all outputs of a run together may have 10. */
function csvCell(): string {
  return [
    `const rows = ["n,m"];`,
    `for (let n = 0; n < ${ROWS}; n++) rows.push(n % 1000 + "," + (n * 7919) % 9973);`,
    shows(`{ "text/csv": rows.join("\\n"), "text/plain": "" }`),
  ].join("\n");
}

/** A table of zeros is small once it is packed; the cell fills one of its columns with numbers. */
function arrowCell(): string {
  const marked = new Int32Array(ROWS);
  marked[0] = 0x5ca1ab1e;
  const file = tableToIPC(tableFromArrays({ n: new Uint8Array(ROWS), m: marked }), { format: "file" });
  if (file === null) throw new Error("no table was made");
  const bytes = Buffer.from(file);
  const mark = Buffer.alloc(4);
  mark.writeInt32LE(0x5ca1ab1e);
  return [
    `const packed = Uint8Array.from(atob("${gzipSync(bytes).toString("base64")}"), (one) => one.charCodeAt(0));`,
    `const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));`,
    `const file = new Uint8Array(await new Response(unpacked).arrayBuffer());`,
    `new Int32Array(file.buffer, ${bytes.indexOf(mark)}, ${ROWS}).forEach((_, n, all) => (all[n] = (n * 7919) % 9973));`,
    `let text = "";`,
    `for (let at = 0; at < file.length; at += 30000) text += String.fromCharCode(...file.subarray(at, at + 30000));`,
    shows(`{ "application/vnd.apache.arrow.file": btoa(text), "text/plain": "" }`),
  ].join("\n");
}
