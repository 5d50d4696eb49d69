import { isRecord } from "#shared/base/parse.ts";
import type { ProbeFailure } from "#shared/doctor/probe.ts";

const BY_CODE: Readonly<Record<string, ProbeFailure>> = {
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  ETIMEDOUT: "timeout",
  ENOTFOUND: "name",
  EAI_AGAIN: "name",
  ECONNRESET: "silent",
  EPIPE: "silent",
};
/** OpenSSL's names for what is wrong with a certificate, as Node gives them. */
const CERTIFICATE = /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT_)/;

/** What the system's error means for whoever wanted to reach something. */
export function failureOf(error: unknown): ProbeFailure {
  const code = codeOf(error);
  if (CERTIFICATE.test(code)) return "certificate";
  return Object.hasOwn(BY_CODE, code) ? (BY_CODE[code] ?? "unknown") : "unknown";
}

/** What an answer with this status means, where another was wanted. */
export function failureOfStatus(status: number | undefined): ProbeFailure {
  if (status === 403 || status === 421) return "forbidden";
  return status === 404 || status === 400 || status === 200 ? "missing" : "unknown";
}

/** The code of an error, of what caused it, or of the first of several addresses that were tried. */
function codeOf(error: unknown): string {
  if (!isRecord(error)) return "";
  if (typeof error["code"] === "string") return error["code"];
  const { errors, cause } = error;
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  return cause === undefined ? "" : codeOf(cause);
}
