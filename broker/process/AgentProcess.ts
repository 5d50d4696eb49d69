import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { isRecord } from "#shared/base/parse.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { nodeChild, nodeEnvironment } from "./nodeChild.ts";
import { Supervisor, type Child } from "./Supervisor.ts";

export interface AgentProcessOptions {
  /** The built entry of the agent. */
  readonly script: string;
  readonly classLink: string;
  /** Undefined: it asks the host. A login never stands in a command line, which everybody on the computer can read. */
  readonly brokerUrl: string | undefined;
  /** Folder of its own for the agent's key and outbox. */
  readonly folder: string;
  readonly name: string;
  /** File of a certificate that it must trust beside the well-known ones. */
  readonly trust: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The agent on this computer, in a process of its own, watched and restarted. It says `{"ready":true,"peer":…}` on its
 * standard output when it is present, and ends when its standard input closes, so that none outlives a killed host.
 */
export class AgentProcess {
  readonly #options: AgentProcessOptions;
  readonly #supervisor: Supervisor;

  constructor(options: AgentProcessOptions) {
    this.#options = options;
    this.#supervisor = new Supervisor({ ...options, name: "local agent", start: () => this.#spawn() });
  }

  start(): void {
    this.#supervisor.start();
  }

  stop(): Promise<void> {
    return this.#supervisor.stop();
  }

  #spawn(): Child {
    const { script, classLink, brokerUrl, folder, name, trust, logger } = this.#options;
    const env = nodeEnvironment();
    const broker = brokerUrl === undefined ? [] : ["--broker-url", brokerUrl];
    const child = spawn(
      process.execPath,
      [script, "--join", classLink, ...broker, "--data", folder, "--name", name, "--child"],
      {
        stdio: ["pipe", "pipe", "inherit"],
        env: trust === undefined ? env : { ...env, NODE_EXTRA_CA_CERTS: trust },
      },
    );
    // The agent may die while its input is being closed.
    child.stdin.on("error", () => {});
    createInterface({ input: child.stdout }).on("line", (line) => {
      const peer = readReady(line);
      if (peer === undefined) logger.info(`agent: ${line.slice(0, 500)}`);
      else logger.info("the local agent is present", { peer });
    });
    return nodeChild(child, () => child.stdin.end());
  }
}

/** The agent's peer id from its ready line; undefined for any other line. */
export function readReady(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && value["ready"] === true && typeof value["peer"] === "string" ? value["peer"] : undefined;
  } catch {
    return undefined;
  }
}
