import type { Dispose } from "#shared/base/dispose.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { certifiableNames, readCertificate, type CertificateFacts, type Credentials } from "./certificate.ts";
import { openOwn, readGiven, type GivenCertificate } from "./certificateFiles.ts";

/** How often it is looked whether the certificate still serves: a laptop that changes networks has new addresses. */
const LOOK_INTERVAL: Milliseconds = seconds(60);

/** `own`: a certificate that the host makes for itself. */
export type TlsWish = "own" | GivenCertificate;

export interface HostTlsOptions {
  readonly wish: TlsWish;
  /** Folder of the host's own certificate. */
  readonly folder: string;
  readonly names: () => ReadonlySet<string>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What can take a new certificate while it serves. */
interface SecureServer {
  setSecureContext(credentials: Credentials): void;
}

/** The certificate of a host, and its renewal while the host runs. */
export class HostTls {
  readonly #options: HostTlsOptions;
  readonly #servers = new Set<SecureServer>();
  #credentials: Credentials;
  #cancelLook: Dispose | undefined;

  private constructor(options: HostTlsOptions, credentials: Credentials) {
    this.#options = options;
    this.#credentials = credentials;
    this.#lookLater();
  }

  /** @throws HostStartError when a given certificate cannot be used */
  static async open(options: HostTlsOptions): Promise<HostTls> {
    return new HostTls(options, await read(options));
  }

  get credentials(): Credentials {
    return this.#credentials;
  }

  /** Whether browsers must be told to trust it. */
  get isOwn(): boolean {
    return this.#options.wish === "own";
  }

  get facts(): CertificateFacts | undefined {
    return readCertificate(this.#credentials.cert);
  }

  /** The name under which a given certificate is good; undefined for an own one, which has all names of the host. */
  get givenName(): string | undefined {
    return this.isOwn ? undefined : this.facts?.names[0];
  }

  /** Names beside its own under which the host is asked: those that a given certificate holds. */
  get extraNames(): readonly string[] {
    return this.isOwn ? [] : certifiableNames(this.facts?.names ?? []);
  }

  /** The server gets each new certificate. */
  serve(server: SecureServer): void {
    this.#servers.add(server);
  }

  close(): void {
    this.#cancelLook?.();
  }

  #lookLater(): void {
    this.#cancelLook = this.#options.clock.after(LOOK_INTERVAL, () => {
      void this.#look().finally(() => this.#lookLater());
    });
  }

  /** Never rejects: the old certificate is better than none. */
  async #look(): Promise<void> {
    const { logger } = this.#options;
    try {
      const credentials = await read(this.#options);
      if (credentials.cert === this.#credentials.cert) return;
      for (const server of this.#servers) server.setSecureContext(credentials);
      this.#credentials = credentials;
      logger.info("the certificate was renewed", { fingerprint: this.facts?.fingerprint });
    } catch (error) {
      logger.error("the certificate was not renewed", { error });
    }
  }
}

function read({ wish, folder, names, clock }: HostTlsOptions): Promise<Credentials> {
  return wish === "own" ? openOwn(folder, names(), clock.now()) : readGiven(wish);
}
