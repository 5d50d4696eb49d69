import type { Clock } from "../ports/Clock.ts";
import type { Logger } from "../ports/Logger.ts";
import type { TraceParent } from "../base/traceParent.ts";
import { readOtelEnvironment } from "./otelEnvironment.ts";
import { SpanExporter } from "./SpanExporter.ts";

export interface TelemetryOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How this program is called where OTEL_SERVICE_NAME says nothing. */
  readonly service: string;
  readonly version: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Posts JSON. Resolves when the answer is a success, rejects for everything else. */
  readonly post: (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<void>;
}

export interface Telemetry {
  readonly tracer: SpanExporter;
  /** The span in which this program was started (`TRACEPARENT`). */
  readonly parent: TraceParent | undefined;
}

/** Spans go where OpenTelemetry's variables say; undefined, and nothing is measured, where they name no place. */
export function openTelemetry({ env, service, version, clock, logger, post }: TelemetryOptions): Telemetry | undefined {
  const settings = readOtelEnvironment(env, service);
  if (settings === undefined) return undefined;
  const { url, headers, parent } = settings;
  const resource = { "service.name": settings.service, "service.version": version() };
  return { tracer: new SpanExporter({ send: (body) => post(url, headers, body), resource, clock, logger }), parent };
}
