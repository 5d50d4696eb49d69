import { BadInputError } from "../../base/errors.ts";
import { formatBytes } from "../../base/units.ts";
import { readWheel, type WheelFacts } from "./readWheel.ts";
import { isWheelName } from "../../contracts/kernel/wheels.ts";
import { WHEEL_SIZE, WHEELS_SIZE } from "./wheelLimits.ts";
import { readWheelName, withoutCopyNumber, type WheelName } from "./wheelName.ts";
import { readZip, readZipEntry } from "./zipFile.ts";

/** A wheel in Python alone that somebody gave as a file, whole. */
export interface ExaminedWheel extends WheelName, WheelFacts {
  readonly file: string;
}

/** Compiled parts, whatever the name says. */
const COMPILED = /\.(?:so|pyd|dylib|dll)$/i;

/**
 * Reads all of a wheel that somebody gave: what cannot run here, or is damaged, is refused before it is in the notebook.
 * Executes nothing. @throws BadInputError that says what to do
 */
export async function examineWheel(given: string, content: Uint8Array): Promise<ExaminedWheel> {
  const file = withoutCopyNumber(given);
  const refuse = (why: string): never => {
    throw new BadInputError(`${given} was not added: ${why}.`);
  };
  if (content.byteLength > WHEEL_SIZE) {
    refuse(`it has ${formatBytes(content.byteLength)}, and a package may have ${formatBytes(WHEEL_SIZE)}`);
  }
  const name = readWheelName(file);
  if (!name.ok || !isWheelName(file))
    return refuse(name.ok ? "its name has characters that no wheel's has" : name.error);
  const entries = readZip(content);
  if (entries === undefined || entries.length === 0) return refuse(DAMAGED);
  const compiled = entries.find((entry) => COMPILED.test(entry.name));
  if (compiled !== undefined) refuse(`it holds a compiled program (${compiled.name}), which cannot run here`);
  let left: number = WHEELS_SIZE;
  for (const entry of entries) {
    if (entry.unpacked > left) refuse(`unpacked it has more than ${formatBytes(WHEELS_SIZE)}`);
    const part = await readZipEntry(content, entry, left);
    if (part === undefined) return refuse(`${DAMAGED} (${entry.name})`);
    left -= part.byteLength;
  }
  const facts = await readWheel(content);
  if (!facts.ok) return refuse(facts.error);
  if (facts.value.imports.length === 0) refuse("it brings no module that could be imported");
  return { file, ...name.value, ...facts.value };
}

const DAMAGED = "the file is damaged; get it again";
