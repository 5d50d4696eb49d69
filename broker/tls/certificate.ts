// The certificate that a host makes for itself. It is no authority: who trusts it trusts this host, and it can vouch for
// no other page. The price is that a new one must be trusted anew, so it is kept for as long as it serves.

import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";

const DAY = 86_400_000;
/** Browsers refuse longer ones. */
const LIFETIME = 397 * DAY;
/** Renewed so long before it runs out: nobody should meet the change in the middle of a term. */
const RENEW_BEFORE = 30 * DAY;

/** A certificate and its key, as PEM. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
}

/** Why a certificate no longer serves; undefined while it does. */
export type RenewalReason = "none" | "unreadable" | "expires" | "names";

/** IPv6 addresses change by the day, each of them would be a reason for a new certificate, and no link names one. */
const isNameable = (name: string): boolean => name === "::1" || /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(name);

/** The names of this host that a certificate can hold, in a stable order. */
export function certifiableNames(names: Iterable<string>): readonly string[] {
  return [...new Set([...names].map((name) => name.toLowerCase()).filter(isNameable))].sort();
}

export function renewalReason(
  cert: string | undefined,
  names: readonly string[],
  now: number,
): RenewalReason | undefined {
  if (cert === undefined) return "none";
  const read = readCertificate(cert);
  if (read === undefined) return "unreadable";
  if (read.expires - now < RENEW_BEFORE) return "expires";
  return names.every((name) => covers(read.certificate, name)) ? undefined : "names";
}

function covers(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}

/** How Node writes `::1` in a list of names. */
const LONG_LOOPBACK = "0:0:0:0:0:0:0:1";

export interface CertificateFacts {
  readonly certificate: X509Certificate;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** SHA-256 of the certificate, as browsers show it. */
  readonly fingerprint: string;
  /** Names a browser may ask under, wildcards left out. */
  readonly names: readonly string[];
}

export function readCertificate(cert: string): CertificateFacts | undefined {
  try {
    const certificate = new X509Certificate(cert);
    const names = (certificate.subjectAltName ?? "").split(", ").flatMap((entry) => {
      const name = /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1];
      return name === undefined || name.includes("*") ? [] : [name === LONG_LOOPBACK ? "::1" : name.toLowerCase()];
    });
    const expires = Date.parse(certificate.validTo);
    return { certificate, expires, fingerprint: certificate.fingerprint256, names };
  } catch {
    return undefined;
  }
}

/** A new certificate for these names. */
export async function makeCertificate(names: readonly string[], now: number): Promise<Credentials> {
  // Loaded only here: a host without TLS, or with a certificate, does not need it.
  const { generate } = await import("selfsigned");
  const made = await generate([{ name: "commonName", value: "Meshbook class host" }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    // A clock that is a little behind must not find it not yet valid.
    notBeforeDate: new Date(now - DAY),
    notAfterDate: new Date(now - DAY + LIFETIME),
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}
