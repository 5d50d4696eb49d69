import { systemClock } from "#shared/adapters/systemClock.ts";
import { seconds } from "#shared/base/units.ts";
import type { HostInfo } from "#shared/contracts/host/hubProtocol.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { Tracer } from "#shared/ports/Tracer.ts";

/** A host that takes longer has no time for spans. */
const ANSWER_LIMIT = seconds(10);

/**
 * Spans of this page go to the collector of the class host at `base`, through that host, if it has one. A blind host is
 * told nothing of jobs. Never rejects.
 */
export async function pageTracer(
  base: string,
  hostInfo: (base: string) => Promise<HostInfo | undefined>,
  logger: Logger,
): Promise<Tracer | undefined> {
  const info = await hostInfo(base);
  if (info?.traces !== true || info.blind === true) return undefined;
  try {
    const [{ SpanExporter }, { TRACES_PATH }] = await Promise.all([
      import("#shared/telemetry/SpanExporter.ts"),
      import("#shared/telemetry/readOtlp.ts"),
    ]);
    const send = async (body: string): Promise<void> => {
      const signal = AbortSignal.timeout(ANSWER_LIMIT);
      const response = await fetch(`${base}${TRACES_PATH}`, { method: "POST", body, credentials: "omit", signal });
      if (!response.ok) throw new Error(`the class host answered ${response.status}`);
    };
    return new SpanExporter({ send, resource: { "service.name": "meshbook-page" }, clock: systemClock, logger });
  } catch {
    // A part of the page that cannot be fetched now: jobs go on without being watched.
    return undefined;
  }
}
