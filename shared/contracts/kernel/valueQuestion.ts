// What an editor asks a kernel about the values that it holds, and what it answers: between executions, and without
// executing anything of a cell, neither getters nor proxies nor a class's own `dir`. The answer was made where strangers'
// code runs: it is text, and everything in it is cut to size and may be a lie.

import { isRecord, readArray, readOneOf, readString } from "../../base/parse.ts";
import { kib, type Bytes } from "../../base/units.ts";
import type { MemberFacts, ValueFacts } from "../../ports/Kernel.ts";

const MEMBER_KINDS = ["function", "class", "value", "computed"] as const satisfies readonly MemberFacts["kind"][];

/** Values asked about at once. */
export const PATHS_LIMIT = 300;
/** Names in one path: longer chains are no longer read by people. */
export const PATH_LENGTH = 10;
/** Members told of one value. */
export const MEMBERS_LIMIT = 500;
export const MEMBER_NAME_LIMIT = 100;
/** Characters. What is longer is cut where it is made. */
export const FACT_LIMITS = { type: 80, size: 60, preview: 160, signature: 300, doc: 1_200 } as const;
/** UTF-16 units of an answer: every fact of every path, and room for escapes. */
export const ANSWER_SIZE: Bytes = kib(1_024);

/** Reads an answer to a question about `count` paths; undefined where nothing is known. None at all if it is none. */
export function parseValueAnswer(json: unknown, count: number): readonly (ValueFacts | undefined)[] | undefined {
  if (typeof json !== "string" || json.length > ANSWER_SIZE) return undefined;
  try {
    const facts = readArray(JSON.parse(json), PATHS_LIMIT, (item) => ({ facts: readFacts(item) }));
    return facts?.length === count ? facts.map((one) => one.facts) : undefined;
  } catch {
    // Not JSON: hostile, and harmless.
    return undefined;
  }
}

function readFacts(value: unknown): ValueFacts | undefined {
  if (!isRecord(value)) return undefined;
  const text = (name: keyof typeof FACT_LIMITS): string | undefined => readString(value[name], FACT_LIMITS[name]);
  const type = text("type");
  const preview = text("preview");
  if (type === undefined || preview === undefined) return undefined;
  const members = readArray(value["members"], MEMBERS_LIMIT, readMember) ?? [];
  return { type, preview, size: text("size"), signature: text("signature"), doc: text("doc"), members };
}

function readMember(value: unknown): MemberFacts | undefined {
  if (!isRecord(value)) return undefined;
  const name = readString(value["name"], MEMBER_NAME_LIMIT);
  const kind = readOneOf(value["kind"], MEMBER_KINDS);
  return name === undefined || kind === undefined ? undefined : { name, kind };
}
