import { isRecord } from "../../base/parse.ts";

/** A field of Arrow, as far as it says what its values are; readers of Arrow have it so. */
export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
  readonly metadata?: ReadonlyMap<string, string> | null;
}

export interface ArrowType {
  readonly typeId: number;
  /** Of a time: seconds (0) to nanoseconds (3). Of an interval: months (0), days and milliseconds (1), or all three (2). */
  readonly unit?: number;
  readonly scale?: number;
  readonly timezone?: string | null;
  readonly dictionary?: ArrowType;
  readonly children?: readonly ArrowField[];
}

/** Numbers of types in Arrow's format; below zero is a reader's own. */
const TYPE = { decimal: 7, time: 9, interval: 11, list: 12, struct: 13, binary: 15, fixedList: 16, map: 17 } as const;
const LISTS: ReadonlySet<number> = new Set([TYPE.list, TYPE.fixedList, 21, 25, 26]);

/**
 * What a reader of Arrow gives for one value – decimals and integers of 64 bits as bigints, moments as dates – as plain data:
 * whole numbers are numbers where a number holds them, and else bigints; times and intervals are text, as SQL writes them; a
 * map is an object by the text of its keys; lists are lists.
 */
export function arrowValue(value: unknown, { type, metadata }: ArrowField): unknown {
  if (value === null || value === undefined) return value;
  const { typeId, unit = 0, children = [] } = type;
  if (type.dictionary !== undefined) return arrowValue(value, { name: "", type: type.dictionary });
  if (typeId === TYPE.decimal && isDigits(value)) return decimal(BigInt(value), type.scale ?? 0);
  if (typeId === TYPE.time) return timeText(value, unit);
  if (typeId === TYPE.interval) return intervalText(value, unit);
  if (typeId === TYPE.binary && value instanceof Uint8Array && isWhole(metadata)) return exact(wholeOf(value));
  if (LISTS.has(typeId) && isList(value)) return Array.from(value, (item) => arrowValue(item, children[0] ?? UNKNOWN));
  if (typeId === TYPE.map && Array.isArray(value)) return mapOf(value, children[0]?.type.children ?? []);
  if (typeId !== TYPE.struct || !isRecord(value)) return untyped(value);
  return Object.fromEntries(children.map((child) => [child.name, arrowValue(value[child.name], child)]));
}

const UNKNOWN: ArrowField = { name: "", type: { typeId: 0 } };

/** Of unions, which do not say of what type one of their values is. */
function untyped(value: unknown): unknown {
  if (typeof value === "bigint") return exact(value);
  return isList(value) && !(value instanceof Uint8Array) ? Array.from(value, untyped) : value;
}

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const isDigits = (value: unknown): value is number | bigint => typeof value === "bigint" || Number.isInteger(value);

const decimal = (digits: bigint, scale: number): number | bigint =>
  scale === 0 ? exact(digits) : Number(`${digits}e-${scale}`);

/** DuckDB's integers of 128 bits without a sign, for which Arrow has no type. */
const isWhole = (metadata: ArrowField["metadata"]): boolean =>
  metadata?.get("ARROW:extension:metadata")?.includes('"uhugeint"') === true;

const wholeOf = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

function mapOf(entries: readonly unknown[], [key, item]: readonly ArrowField[]): unknown {
  return Object.fromEntries(
    entries.flatMap((entry) => {
      if (!Array.isArray(entry)) return [];
      const [name, value] = entry as readonly unknown[]; // reason: a reader gives pairs
      return [[keyText(arrowValue(name, key ?? UNKNOWN)), arrowValue(value, item ?? UNKNOWN)]];
    }),
  );
}

function keyText(key: unknown): string {
  if (key instanceof Date && !Number.isNaN(key.getTime())) return key.toISOString();
  if (typeof key !== "object" || key === null) return String(key);
  return JSON.stringify(key, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part));
}

const NANOS_A_SECOND = 1_000_000_000n;

/** `unit`: seconds, milliseconds, microseconds or nanoseconds. */
function timeText(value: unknown, unit: number): unknown {
  return isDigits(value) ? clockText(BigInt(value) * 1_000n ** BigInt(Math.max(0, 3 - unit))) : value;
}

/** `12:34:56.789` */
function clockText(nanos: bigint): string {
  const two = (count: bigint): string => String(count).padStart(2, "0");
  const seconds = nanos / NANOS_A_SECOND;
  const part = String(nanos % NANOS_A_SECOND).padStart(9, "0");
  const fraction = part.replace(/0+$/, "");
  const clock = `${two(seconds / 3_600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
  return fraction === "" ? clock : `${clock}.${fraction}`;
}

/** `1 year 2 months 3 days 04:05:06`, as DuckDB and Postgres write it. */
function intervalText(value: unknown, unit: number): unknown {
  const parts = isList(value) ? Array.from(value, Number) : [Number(value)];
  const [first = 0, second = 0, third = 0] = parts;
  const [months, days, nanos] = unit === 1 ? [0, first, second * 1e6] : [first, second, third];
  const counted = (count: number, word: string): readonly string[] =>
    count === 0 ? [] : [`${count} ${word}${Math.abs(count) === 1 ? "" : "s"}`];
  const clock = `${nanos < 0 ? "-" : ""}${clockText(BigInt(Math.abs(nanos)))}`;
  const whole = [
    ...counted(Math.trunc(months / 12), "year"),
    ...counted(months % 12, "month"),
    ...counted(days, "day"),
  ];
  return [...whole, ...(nanos !== 0 || whole.length === 0 ? [clock] : [])].join(" ");
}
