import { err, ok, type Result } from "../../base/result.ts";
import { mib } from "../../base/units.ts";
import { inflateAtMost } from "../../exchange/deflate.ts";
import { canonicalName, type OfferedWheel } from "../../contracts/wheels.ts";

/** What can be known of a wheel from its content. */
export type WheelFacts = Pick<OfferedWheel, "imports" | "needs">;

interface Entry {
  readonly name: string;
  readonly method: number;
  /** Bytes, packed. */
  readonly size: number;
  readonly unpacked: number;
  /** Of its own header. */
  readonly at: number;
}

/** A wheel is a zip file: signatures of its parts, little-endian, and their sizes. */
const END_OF_DIRECTORY = 0x06054b50;
const END_SIZE = 22;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_ENTRY_SIZE = 46;
const FILE_HEADER_SIZE = 30;
/** A comment may stand behind the end. */
const COMMENT_LIMIT = 65_535;
const STORED = 0;
const DEFLATED = 8;
/** Descriptions of packages hold their whole README. */
const METADATA_LIMIT = mib(2);

/** Reads which modules a wheel brings and which packages it needs. Executes and unpacks nothing but its description. */
export async function readWheel(bytes: Uint8Array): Promise<Result<WheelFacts, string>> {
  const entries = readDirectory(bytes);
  const metadata = entries?.find(({ name }) => /^[^/]+\.dist-info\/METADATA$/.test(name));
  if (entries === undefined || metadata === undefined) return err("it is no wheel of a package of Python");
  const text = await readEntry(bytes, metadata);
  if (text === undefined) return err("its description cannot be read");
  return ok({ imports: importsOf(entries.map(({ name }) => name)), needs: needsOf(text) });
}

function importsOf(names: readonly string[]): readonly string[] {
  const found = names.flatMap((name) => {
    const purelib = /^[^/]+\.data\/(?:purelib|platlib)\/(.+)$/.exec(name)?.[1] ?? name;
    const [first = "", ...rest] = purelib.split("/");
    if (/\.(?:dist-info|data)$/.test(first)) return [];
    if (rest.length > 0) return rest.at(-1)?.endsWith(".py") === true || /\.so$/.test(purelib) ? [first] : [];
    const module = /^([^.]+)(?:\.[^/]*)?\.(?:py|so)$/.exec(first)?.[1];
    return module === undefined ? [] : [module];
  });
  return [...new Set(found)].filter((name) => /^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(name));
}

/** Names of packages, without those of extras, and of other systems and Pythons. */
function needsOf(metadata: string): readonly string[] {
  const head = metadata.split(/\r?\n\r?\n/, 1)[0] ?? "";
  const needs = head.split(/\r?\n/).flatMap((line) => {
    const [, name, marker = ""] = /^Requires-Dist:\s*([A-Za-z0-9._-]+)[^;]*(?:;(.*))?$/.exec(line) ?? [];
    const isOther = /\bextra\b|\b(?:sys_platform|platform_system|os_name|python_version|implementation_name)\b/.test(
      marker,
    );
    return name === undefined || isOther ? [] : [canonicalName(name)];
  });
  return [...new Set(needs)];
}

function readDirectory(bytes: Uint8Array): readonly Entry[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) return undefined;
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const decoder = new TextDecoder();
  const entries: Entry[] = [];
  for (let index = 0; index < count; index++) {
    if (at + DIRECTORY_ENTRY_SIZE > view.byteLength || view.getUint32(at, true) !== DIRECTORY_ENTRY) return undefined;
    const length = view.getUint16(at + 28, true);
    entries.push({
      name: decoder.decode(bytes.subarray(at + DIRECTORY_ENTRY_SIZE, at + DIRECTORY_ENTRY_SIZE + length)),
      method: view.getUint16(at + 10, true),
      size: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    });
    at += DIRECTORY_ENTRY_SIZE + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function findEnd(view: DataView): number | undefined {
  const first = Math.max(0, view.byteLength - END_SIZE - COMMENT_LIMIT);
  for (let at = view.byteLength - END_SIZE; at >= first; at--) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  return undefined;
}

async function readEntry(bytes: Uint8Array, entry: Entry): Promise<string | undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (entry.unpacked > METADATA_LIMIT || entry.at + FILE_HEADER_SIZE > bytes.byteLength) return undefined;
  const from = entry.at + FILE_HEADER_SIZE + view.getUint16(entry.at + 26, true) + view.getUint16(entry.at + 28, true);
  const packed = bytes.subarray(from, from + entry.size);
  if (entry.method === STORED) return new TextDecoder().decode(packed);
  if (entry.method !== DEFLATED) return undefined;
  try {
    // Not more than it may be, whatever the file says of itself.
    return new TextDecoder().decode(await inflateAtMost(packed, METADATA_LIMIT, "deflate-raw"));
  } catch {
    return undefined;
  }
}
