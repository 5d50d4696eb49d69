import { HOST_INFO_PATH } from "#shared/contracts/host/hubProtocol.ts";
import type { ClockFacts } from "#shared/doctor/judgeOrigin.ts";
import type { Probe } from "#shared/doctor/probe.ts";
import { isRecord, readString } from "#shared/base/parse.ts";
import { MARK_LENGTH } from "#shared/rooms/classMark.ts";
import { ms, unixMs } from "#shared/base/units.ts";
import { PROBE_LIMIT } from "./probeSocket.ts";

export interface HostFacts {
  readonly probe: Probe;
  readonly clock: ClockFacts;
  /** By what members recognise the host's class, if it says. */
  readonly classMark: string | undefined;
}

/** Asks a class host who it is, and looks at its clock on the way. */
export async function probeHost(base: string): Promise<HostFacts> {
  const began = performance.now();
  const asked = unixMs(Date.now());
  let probe: Probe;
  let date: string | undefined;
  let classMark: string | undefined;
  try {
    const response = await fetch(`${base}${HOST_INFO_PATH}`, {
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(PROBE_LIMIT),
    });
    date = response.headers.get("date") ?? undefined;
    probe = response.ok
      ? { reached: true, took: ms(performance.now() - began) }
      : { reached: false, failure: response.status === 421 ? "forbidden" : "missing" };
    if (response.ok) classMark = markIn(await response.json());
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    probe = { reached: false, failure: late ? "timeout" : "unknown" };
  }
  const host = date === undefined ? NaN : Date.parse(date);
  const clock = { host: Number.isNaN(host) ? undefined : unixMs(host), asked, answered: unixMs(Date.now()) };
  return { probe, clock, classMark };
}

const markIn = (info: unknown): string | undefined =>
  isRecord(info) ? readString(info["classMark"], MARK_LENGTH) : undefined;
