// What the standard variables of OpenTelemetry say (its specification, "Environment Variable Specification").

import { parseTraceParent, type TraceParent } from "../base/traceParent.ts";
import { TRACES_PATH } from "./readOtlp.ts";

export interface OtelSettings {
  /** Where spans are sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly service: string;
  /** The span in which this program was started. */
  readonly parent: TraceParent | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined unless an endpoint is named: then nothing is measured. `service`: how this program is called by default. */
export function readOtelEnvironment(env: Environment, service: string): OtelSettings | undefined {
  if (env["OTEL_SDK_DISABLED"]?.toLowerCase() === "true" || env["OTEL_TRACES_EXPORTER"] === "none") return undefined;
  const base = env["OTEL_EXPORTER_OTLP_ENDPOINT"];
  const url = env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] ?? (base && `${base.replace(/\/+$/, "")}${TRACES_PATH}`);
  if (url === undefined || !/^https?:\/\//.test(url) || !URL.canParse(url)) return undefined;
  const headers = env["OTEL_EXPORTER_OTLP_TRACES_HEADERS"] ?? env["OTEL_EXPORTER_OTLP_HEADERS"] ?? "";
  const name = env["OTEL_SERVICE_NAME"];
  return {
    ...{ url, headers: readHeaders(headers), service: name === undefined || name === "" ? service : name },
    parent: parseTraceParent(env["TRACEPARENT"]),
  };
}

/** `key=value,key=value`, percent-encoded. */
function readHeaders(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(",").flatMap((pair): [string, string][] => {
    const [key = "", ...rest] = pair.split("=");
    const name = key.trim();
    return /^[A-Za-z0-9-]+$/.test(name) ? [[name, decoded(rest.join("=").trim())]] : [];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
