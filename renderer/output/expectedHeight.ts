import type { OutputRef } from "#shared/notebook/runRecord.ts";

/** Pixels an output will probably take, from its kind and size. */
export function expectedHeight({ mime, size }: Pick<OutputRef, "mime" | "size">): number {
  if (mime.startsWith("image/")) return 320;
  if (mime === "text/html") return 240;
  const lines = Math.ceil(size / 60);
  return Math.min(Math.max(lines, 1) * 20, 480);
}
