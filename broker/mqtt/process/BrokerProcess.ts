import { fork } from "node:child_process";
import type { Dispose } from "#shared/base/dispose.ts";
import { NotebookError } from "#shared/base/errors.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { nodeChild, nodeEnvironment } from "../../process/nodeChild.ts";
import { Supervisor, type Child } from "../../process/Supervisor.ts";
import type { BrokerCounts } from "../brokerCounts.ts";
import { parseBrokerMessage, type BrokerMessage } from "./brokerMessages.ts";
import { REALM_KEYS, writeRealmKeys, type RealmKey } from "../realmKey.ts";

/** A broker that lets no message through for this long is killed and started again: five of its own pings. */
const SILENCE_LIMIT: Milliseconds = seconds(5);
/** Longest that it may take to start, before its first word: a laptop that does much else loads programs slowly. */
const START_LIMIT: Milliseconds = seconds(60);
/** An alarm of ours that rings so much late tells that this computer slept or stood still, and nothing about the broker. */
const LATE: Milliseconds = seconds(1);

/** The broker could not be started. `reason` is the system's code, such as `EADDRINUSE`. */
export class BrokerStartError extends NotebookError {
  readonly code = "broker-start";
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface BrokerProcessOptions {
  /** The built entry of the broker process. */
  readonly script: string;
  readonly host: string;
  /** 0 = any free one, which it then keeps. */
  readonly port: number;
  /** Realms whose members it knows from the start. */
  readonly realmKeys?: readonly RealmKey[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The MQTT broker in a process of its own, watched, and restarted on the same port. It keeps nothing that must last. */
export class BrokerProcess {
  readonly #options: BrokerProcessOptions;
  readonly #supervisor: Supervisor;
  #port: number;
  #counts: BrokerCounts | undefined;
  #onFirst: ((message: BrokerMessage) => void) | undefined;

  private constructor(options: BrokerProcessOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#supervisor = new Supervisor({ ...options, name: "MQTT broker", start: () => this.#spawn() });
  }

  /** Resolves when it listens. @throws BrokerStartError when it cannot */
  static async start(options: BrokerProcessOptions): Promise<BrokerProcess> {
    const broker = new BrokerProcess(options);
    const first = await new Promise<BrokerMessage>((resolve) => {
      broker.#onFirst = resolve;
      broker.#supervisor.start();
    });
    broker.#onFirst = undefined;
    if (first.type !== "failed") return broker;
    await broker.stop();
    throw new BrokerStartError(first.code, first.message);
  }

  /** TCP port of MQTT; the same for as long as the host runs. */
  get port(): number {
    return this.#port;
  }

  get pid(): number | undefined {
    return this.#supervisor.pid;
  }

  /** What it counted since it last started, as of a second ago. */
  get counts(): BrokerCounts | undefined {
    return this.#counts;
  }

  stop(): Promise<void> {
    return this.#supervisor.stop();
  }

  #spawn(): Child {
    const { script, host, realmKeys = [], clock, logger } = this.#options;
    const child = fork(script, ["--host", host, "--port", String(this.#port)], {
      // Its log goes with ours; its standard output is nobody's.
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      execArgv: [],
      env: { ...nodeEnvironment(), [REALM_KEYS]: writeRealmKeys(realmKeys) },
    });
    let cancelWatch: Dispose = () => {};
    const watch = (limit: Milliseconds): void => {
      cancelWatch();
      const since = clock.monotonic();
      cancelWatch = clock.after(limit, () => {
        if (clock.monotonic() - since > limit + LATE) {
          watch(limit);
          return;
        }
        logger.error("the MQTT broker is stuck; killing it", { pid: child.pid });
        child.kill("SIGKILL");
      });
    };
    watch(START_LIMIT);
    child.on("message", (value) => {
      watch(SILENCE_LIMIT);
      const message = parseBrokerMessage(value);
      if (message !== undefined) this.#hear(message);
    });
    child.once("exit", (code) => {
      cancelWatch();
      this.#onFirst?.({ type: "failed", code: "", message: `the process ended with code ${code ?? "unknown"}` });
    });
    return nodeChild(child, () => {
      if (child.connected) child.disconnect();
    });
  }

  #hear(message: BrokerMessage): void {
    if (message.type === "listening") this.#port = message.port;
    if (message.type === "failed")
      this.#options.logger.error("the MQTT broker cannot listen", { reason: message.message });
    if (message.type === "alive") this.#counts = message.counts;
    else this.#onFirst?.(message);
  }
}
