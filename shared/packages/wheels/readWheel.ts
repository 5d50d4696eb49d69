import { err, ok, type Result } from "../../base/result.ts";
import { mib } from "../../base/units.ts";
import { canonicalName, type OfferedWheel } from "../../contracts/kernel/wheels.ts";
import { readZip, readZipEntry } from "./zipFile.ts";

/** What can be known of a wheel from its content. */
export type WheelFacts = Pick<OfferedWheel, "imports" | "needs">;

/** Descriptions of packages hold their whole README. */
const METADATA_LIMIT = mib(2);

/** Reads which modules a wheel brings and which packages it needs. Executes and unpacks nothing but its description. */
export async function readWheel(bytes: Uint8Array): Promise<Result<WheelFacts, string>> {
  const entries = readZip(bytes);
  const metadata = entries?.find(({ name }) => /^[^/]+\.dist-info\/METADATA$/.test(name));
  if (entries === undefined || metadata === undefined) return err("it is no wheel of a package of Python");
  const content = await readZipEntry(bytes, metadata, METADATA_LIMIT);
  if (content === undefined) return err("its description cannot be read");
  const text = new TextDecoder().decode(content);
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
