import { isRecord, type JsonValue } from "#shared/base/parse.ts";
import type { MimeBundle } from "#shared/notebook/output.ts";
import { base64 } from "./base64.ts";
import { inspectValue } from "./inspectValue.ts";
import { isPlainData } from "./plainData.ts";
import { recordTable, type RecordTable } from "./tables/recordTable.ts";
import { RichImage, RichText } from "./richText.ts";

/** What a value shows, at once or when it has been encoded. */
export type Shown =
  /** `note`: what is left out. */
  | { readonly ready: MimeBundle; readonly note?: string; readonly making?: never }
  | { readonly making: Promise<MimeBundle>; readonly ready?: never; readonly note?: never };

/** A method by which any object says how it wants to be shown: a mime bundle. As in Deno's notebook kernel. */
const DISPLAY = Symbol.for("Jupyter.display");
const SHOWN_IMAGES = /^image\/(png|jpeg|gif|webp)$/;

/** The richest form of any value, always with a text beside it. Never throws, never rejects. */
export function toOutput(value: unknown): Shown {
  if (value instanceof RichText) return { ready: { [value.mime]: shownText(value), "text/plain": plainText(value) } };
  if (value instanceof RichImage) return { ready: imageBundle(value.mime, value.bytes) };
  const own = ownDisplay(value);
  if (own !== undefined) return { making: own.catch((error: unknown) => ({ "text/plain": inspectValue(error) })) };
  const blob = encodable(value);
  if (blob !== undefined) return { making: blob.catch(() => ({ "text/plain": inspectValue(value) })) };
  const text = inspectValue(value);
  const json = plainCopy(value);
  if (json !== undefined) return { ready: { "application/json": json, "text/plain": text } };
  const table = tableIn(value);
  if (table === undefined) return { ready: { "text/plain": text } };
  return {
    ready: { "application/vnd.dataresource+json": table.resource, "text/plain": text },
    ...noteOn(table, value),
  };
}

function tableIn(value: unknown): RecordTable | undefined {
  try {
    return recordTable(value);
  } catch {
    // A proxy that throws when it is looked at.
    return undefined;
  }
}

function noteOn({ rows }: RecordTable, value: unknown): { readonly note?: string } {
  const all = Array.isArray(value) ? value.length : rows;
  return rows < all ? { note: `The first ${rows} of ${all} rows are shown; the value has all of them.\n` } : {};
}

/** Plain data as it is now, whatever the cell does to it later; undefined for everything else. */
function plainCopy(value: unknown): JsonValue | undefined {
  try {
    // reason: JSON gives JSON.
    return isPlainData(value) ? (JSON.parse(JSON.stringify(value)) as JsonValue) : undefined;
  } catch {
    // A proxy that throws when it is looked at.
    return undefined;
  }
}

/** Jupyter's LaTeX is a text with formulas in it. */
const shownText = ({ mime, text }: RichText): string => (mime === "text/latex" ? `$$\n${text.trim()}\n$$` : text);

/** What markup says without its tags, for readers that show text only. */
function plainText({ mime, text }: RichText): string {
  if (mime !== "text/html" && mime !== "image/svg+xml") return text;
  return text
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 1_000);
}

function imageBundle(mime: string, bytes: Uint8Array): MimeBundle {
  const text = `[${mime}, ${bytes.byteLength} bytes]`;
  if (mime === "image/svg+xml") return { [mime]: new TextDecoder().decode(bytes), "text/plain": text };
  return { [mime]: base64(bytes), "text/plain": text };
}

function ownDisplay(value: unknown): Promise<MimeBundle> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    // reason: looked at as a record to find a method it may have.
    const method = (value as Record<symbol, unknown>)[DISPLAY];
    if (typeof method !== "function") return undefined;
    const given: unknown = Reflect.apply(method, value, []);
    return Promise.resolve(given).then(readOwn);
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}

function readOwn(given: unknown): MimeBundle {
  const copy: unknown = JSON.parse(JSON.stringify(given ?? null));
  if (!isRecord(copy))
    throw new TypeError("[Symbol.for('Jupyter.display')]() must give an object from mime type to value");
  // reason: it was just read from JSON text.
  return copy as MimeBundle;
}

/** Pictures that take time to encode, where the surroundings have such things at all. */
function encodable(value: unknown): Promise<MimeBundle> | undefined {
  if (typeof Blob === "function" && value instanceof Blob && SHOWN_IMAGES.test(value.type)) return fromBlob(value);
  if (typeof OffscreenCanvas !== "function") return undefined;
  if (value instanceof OffscreenCanvas) return value.convertToBlob().then(fromBlob);
  if (typeof ImageBitmap === "function" && value instanceof ImageBitmap) {
    return drawn(value.width, value.height, (context) => context.drawImage(value, 0, 0));
  }
  if (typeof ImageData === "function" && value instanceof ImageData) {
    return drawn(value.width, value.height, (context) => context.putImageData(value, 0, 0));
  }
  return undefined;
}

async function drawn(
  width: number,
  height: number,
  draw: (context: OffscreenCanvasRenderingContext2D) => void,
): Promise<MimeBundle> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas here");
  draw(context);
  return fromBlob(await canvas.convertToBlob());
}

async function fromBlob(blob: Blob): Promise<MimeBundle> {
  return imageBundle(blob.type, new Uint8Array(await blob.arrayBuffer()));
}
