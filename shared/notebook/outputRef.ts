import { contentHash } from "../base/hash.ts";
import { bytes } from "../base/units.ts";
import { preferredMime, type CellOutput } from "./output.ts";
import { INLINE_OUTPUT_LIMIT, type OutputRef } from "./runRecord.ts";

/** JupyterLab's name for an error. */
export const ERROR_MIME = "application/vnd.jupyter.error";

/** What an output mainly is: the mime type to show, or JupyterLab's names for streams and errors. */
export function outputMime(output: CellOutput): string {
  switch (output.output_type) {
    case "stream":
      return `application/vnd.jupyter.${output.name}`;
    case "error":
      return ERROR_MIME;
    case "display_data":
    case "execute_result":
      return preferredMime(output.data) ?? Object.keys(output.data)[0] ?? "";
  }
}

/**
 * The reference to an output with this body (JSON text of one nbformat output). If `inline` is undefined in the
 * reference, `body` must be stored as a blob: the document holds no copy of it.
 */
export function createOutputRef(body: string, mime: string): { readonly ref: OutputRef; readonly body: Uint8Array } {
  const encoded = new TextEncoder().encode(body);
  const inline = encoded.length <= INLINE_OUTPUT_LIMIT ? body : undefined;
  return { ref: { hash: contentHash(encoded), mime, size: bytes(encoded.length), inline }, body: encoded };
}
