import { LABEL_LIMIT, type FileValue } from "#shared/notebook/controls/control.ts";

/** Bytes turned into letters in one go: more arguments than this a function does not take. */
const CHUNK = 32_768;

/** A chosen file, as a control stands at it. Rejects if it cannot be read. */
export async function readChosen(file: File): Promise<FileValue> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return { name: file.name.slice(0, LABEL_LIMIT), type: file.type.slice(0, LABEL_LIMIT), base64: btoa(text) };
}
