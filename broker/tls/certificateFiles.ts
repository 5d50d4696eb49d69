import { createPrivateKey } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../files/writeAtomically.ts";
import { HostStartError } from "../HostStartError.ts";
import { certifiableNames, makeCertificate, readCertificate, renewalReason, type Credentials } from "./certificate.ts";

/** A certificate of the user's own, from files that stay where they are. */
export interface GivenCertificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Reads a certificate that was given. @throws HostStartError when it cannot be used */
export async function readGiven({ certFile, keyFile }: GivenCertificate): Promise<Credentials> {
  // One after the other: of two files that cannot be read, it is always the first that is complained of.
  const cert = await readPem(certFile, "--tls-cert");
  const key = await readPem(keyFile, "--tls-key");
  const read = readCertificate(cert);
  if (read === undefined) throw new HostStartError(`${certFile} is no certificate: give --tls-cert a PEM file`);
  try {
    if (!read.certificate.checkPrivateKey(createPrivateKey(key))) throw new Error("another key");
  } catch (error) {
    throw new HostStartError(`${keyFile} is not the key of ${certFile}: give --tls-key the PEM file of its key`, {
      cause: error,
    });
  }
  return { cert, key };
}

async function readPem(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new HostStartError(`${path} cannot be read: check what ${option} names, and its permissions`, {
      cause: error,
    });
  }
}

export interface OwnCertificate extends Credentials {
  /** Whether it was made just now. */
  readonly isNew: boolean;
}

/** The certificate in the host's own folder, made or renewed if need be. Rejects if the folder cannot be written. */
export async function openOwn(folder: string, names: Iterable<string>, now: number): Promise<OwnCertificate> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [certFile, keyFile] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  const [cert, key] = await Promise.all([certFile, keyFile].map(readIfThere));
  const wanted = certifiableNames(names);
  const known = cert !== undefined && key !== undefined && isPair(cert, key) ? { cert, key } : undefined;
  if (known !== undefined && renewalReason(known.cert, wanted, now) === undefined) return { ...known, isNew: false };
  // Names it had stay in it: a laptop that goes back to its old network then needs no third one.
  const oldNames = known === undefined ? [] : (readCertificate(known.cert)?.names ?? []);
  const made = await makeCertificate(certifiableNames([...wanted, ...oldNames.slice(0, NAMES_KEPT)]), now);
  await writeAtomically(keyFile, made.key);
  await writeAtomically(certFile, made.cert);
  return { ...made, isNew: true };
}

/** Old names beyond this are dropped at a renewal. */
const NAMES_KEPT = 50;

function isPair(cert: string, key: string): boolean {
  try {
    return readCertificate(cert)?.certificate.checkPrivateKey(createPrivateKey(key)) === true;
  } catch {
    return false;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
