import { consoleLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import { openTelemetry, type Telemetry } from "#shared/telemetry/openTelemetry.ts";
import { ownVersions } from "./ownVersions.ts";

/** Milliseconds that a collector may take to answer. */
const ANSWER_LIMIT = 10_000;
/** What a program that ends waits for its last spans: nobody should wait for a collector that is away. */
const LAST_LIMIT: Milliseconds = ms(2_000);

/** Spans of this process go where the environment says; undefined if it says nothing. `env`: in place of its own. */
export function openTracing(service: string, env: NodeJS.ProcessEnv = process.env): Telemetry | undefined {
  return openTelemetry({
    ...{ env, service, clock: systemClock, logger: consoleLogger("warn") },
    version: () => ownVersions([])["meshbook"] ?? "",
    post: async (url, headers, body) => {
      const response = await fetch(url, {
        ...{ method: "POST", body, signal: AbortSignal.timeout(ANSWER_LIMIT) },
        headers: { ...headers, "Content-Type": "application/json" },
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`the collector answered ${response.status}`);
    },
  });
}

/** Sends what is left, before the process ends. */
export async function endTracing(telemetry: Telemetry | undefined): Promise<void> {
  if (telemetry === undefined) return;
  await Promise.race([telemetry.tracer.close(), new Promise((resolve) => setTimeout(resolve, LAST_LIMIT).unref())]);
}
