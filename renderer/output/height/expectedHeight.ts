import { CONTROL_MIME } from "#shared/notebook/controls/controlMime.ts";
import { GATHERED_MIME } from "#shared/notebook/gathered/gatheredMime.ts";
import { CHART_MIMES, TABLE_MIMES } from "#shared/notebook/output.ts";
import { PROGRESS_MIME } from "#shared/notebook/progressMime.ts";
import type { OutputRef } from "#shared/notebook/runRecord.ts";

/** Pixels of a table with a page of rows. */
export const TABLE_HEIGHT = 494;

/** Pixels of what a few computers gave. */
export const GATHERED_HEIGHT = 200;

/** Pixels of a control in one line. */
export const CONTROL_HEIGHT = 40;

/** Pixels an output will probably take, from its kind and size. */
export function expectedHeight({ mime, size }: Pick<OutputRef, "mime" | "size">): number {
  if (mime.startsWith("image/") || CHART_MIMES.some((chart) => chart === mime)) return 320;
  if (mime === "text/html" || mime === "text/vnd.mermaid") return 240;
  if (TABLE_MIMES.some((table) => table === mime)) return TABLE_HEIGHT;
  if (mime === GATHERED_MIME) return GATHERED_HEIGHT;
  if (mime === CONTROL_MIME) return CONTROL_HEIGHT;
  if (mime === PROGRESS_MIME) return 24;
  if (mime.startsWith("audio/") || mime === "application/pdf") return 54;
  if (mime.startsWith("video/")) return 320;
  const lines = Math.ceil(size / 60);
  return Math.min(Math.max(lines, 1) * 20, 480);
}
