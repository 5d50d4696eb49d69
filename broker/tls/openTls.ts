import { join } from "node:path";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { explainListening } from "../explainStart.ts";
import { HostStartError } from "../HostStartError.ts";
import { ownHostNames } from "../http/hostNames.ts";
import { HostTls, type TlsWish } from "./HostTls.ts";
import { TlsFront, type TlsFrontOptions } from "./TlsFront.ts";

interface OpenOptions {
  readonly root: string;
  readonly wish: TlsWish | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Where a host's own certificate is, for programs that it starts. */
export const ownCertificateFile = (root: string): string => join(root, "tls/certificate.pem");

/** The host's certificate, if TLS is wished. @throws HostStartError when there is none to be had */
export async function openTls({ root, wish, clock, logger }: OpenOptions): Promise<HostTls | undefined> {
  if (wish === undefined) return undefined;
  try {
    return await HostTls.open({ wish, folder: join(root, "tls"), names: ownHostNames, clock, logger });
  } catch (error) {
    if (error instanceof HostStartError) throw error;
    throw new HostStartError(`the certificate cannot be kept in ${join(root, "tls")}: check its permissions`, {
      cause: error,
    });
  }
}

/** @throws HostStartError when the port cannot be listened on */
export function openTlsFront(options: TlsFrontOptions): Promise<TlsFront> {
  const { host, port } = options;
  return TlsFront.start(options).catch((error: unknown) =>
    explainListening(error, { host, port, option: "--mqtt-port" }),
  );
}
