import { HOST_INFO_PATH } from "#shared/contracts/hubProtocol.ts";
import type { ClockFacts } from "#shared/doctor/judgeOrigin.ts";
import type { Probe } from "#shared/doctor/probe.ts";
import { ms, unixMs } from "#shared/base/units.ts";
import { PROBE_LIMIT } from "./probeSocket.ts";

export interface HostFacts {
  readonly probe: Probe;
  readonly clock: ClockFacts;
}

/** Asks a class host who it is, and looks at its clock on the way. */
export async function probeHost(base: string): Promise<HostFacts> {
  const began = performance.now();
  const asked = unixMs(Date.now());
  let probe: Probe;
  let date: string | undefined;
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
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    probe = { reached: false, failure: late ? "timeout" : "unknown" };
  }
  const host = date === undefined ? NaN : Date.parse(date);
  const clock = { host: Number.isNaN(host) ? undefined : unixMs(host), asked, answered: unixMs(Date.now()) };
  return { probe, clock };
}
