/** A number with a unit, so that a length of time is never given where a size is wanted. */
export type Unit<Name extends string> = number & { readonly __unit: Name };

/** A length of time in milliseconds. */
export type Milliseconds = Unit<"Milliseconds">;
/** A size in bytes. */
export type Bytes = Unit<"Bytes">;
/** A wall-clock instant: milliseconds since 1970. For display only; never for ordering between peers. */
export type UnixMs = Unit<"UnixMs">;

// reason (all casts below): units exist only for the compiler.
export const ms = (value: number): Milliseconds => value as Milliseconds;
export const seconds = (value: number): Milliseconds => (value * 1000) as Milliseconds;
export const bytes = (value: number): Bytes => value as Bytes;
export const kib = (value: number): Bytes => (value * 1024) as Bytes;
export const mib = (value: number): Bytes => (value * 1024 * 1024) as Bytes;
export const unixMs = (value: number): UnixMs => value as UnixMs;

/** A size for people: `12 B`, `3.4 KiB`, `1.2 MiB`, `1.5 GiB`. */
export function formatBytes(size: number): string {
  if (size < 1024) return `${size} B`;
  if (size < 1024 * 1024) return `${(size / 1024).toFixed(1)} KiB`;
  if (size < 1024 * 1024 * 1024) return `${(size / 1024 / 1024).toFixed(1)} MiB`;
  return `${(size / 1024 / 1024 / 1024).toFixed(1)} GiB`;
}

/** A length of time for people, as it was chosen: `500 ms`, `10 seconds`, `1 minute`, `2 hours`. */
export function chosenTimeInWords(duration: Milliseconds): string {
  const named = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? "" : "s"}`;
  if (duration % 3_600_000 === 0 && duration > 0) return named(duration / 3_600_000, "hour");
  if (duration % 60_000 === 0 && duration > 0) return named(duration / 60_000, "minute");
  return duration < 1_000 ? `${duration} ms` : named(duration / 1_000, "second");
}
