import { isRecord, readNumber } from "#shared/base/parse.ts";

/** What the broker process counts, from its start. Bytes where the name says so. */
export interface BrokerCounts {
  readonly clients: number;
  /** Retained presences. */
  readonly presences: number;
  /** Published by clients. */
  readonly messages: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly refusedLogins: number;
  readonly refusedPublications: number;
  readonly refusedSubscriptions: number;
  /** Bytes that are resident. */
  readonly memory: number;
}

/** Undefined if one is missing, or is no count. */
export function parseBrokerCounts(value: unknown): BrokerCounts | undefined {
  if (!isRecord(value)) return undefined;
  const read = (name: keyof BrokerCounts): number => readNumber(value[name], 0, Number.MAX_SAFE_INTEGER) ?? NaN;
  const counts = {
    clients: read("clients"),
    presences: read("presences"),
    messages: read("messages"),
    bytesIn: read("bytesIn"),
    bytesOut: read("bytesOut"),
    refusedLogins: read("refusedLogins"),
    refusedPublications: read("refusedPublications"),
    refusedSubscriptions: read("refusedSubscriptions"),
    memory: read("memory"),
  };
  return Object.values(counts).some(Number.isNaN) ? undefined : counts;
}
