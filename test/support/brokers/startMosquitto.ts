import { spawn } from "node:child_process";
import { pbkdf2Sync, randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../freePort.ts";

const PASSWORD_ROUNDS = 101;

export interface RunningBroker {
  readonly port: number;
  readonly webSocketPort: number;
  stop(): Promise<void>;
}

export interface MosquittoOptions {
  /** Text of an ACL file; without it everybody may do everything. */
  readonly acl?: string;
  /** The only login; without it nobody needs one. */
  readonly login?: { readonly username: string; readonly password: string };
  /** More lines of the configuration, a bridge for one. */
  readonly more?: readonly string[];
}

/** Starts the Mosquitto at `binary` (see findMosquitto.ts), which keeps nothing. */
export async function startMosquitto(binary: string, options: MosquittoOptions = {}): Promise<RunningBroker> {
  const { acl, login, more = [] } = options;
  const [port, webSocketPort] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), "mosquitto-"));
  // Started by root it reads its files as another user.
  chmodSync(folder, 0o755);
  const config = join(folder, "mosquitto.conf");
  const lines = [
    ...[`listener ${port} 127.0.0.1`, `listener ${webSocketPort} 127.0.0.1`, "protocol websockets"],
    ...[`allow_anonymous ${login === undefined}`, "persistence false", "set_tcp_nodelay true"],
  ];
  if (acl !== undefined) {
    writeFileSync(join(folder, "acl"), acl);
    lines.push(`acl_file ${join(folder, "acl")}`);
  }
  if (login !== undefined) {
    writeFileSync(join(folder, "passwords"), passwordLine(login));
    lines.push(`password_file ${join(folder, "passwords")}`);
  }
  writeFileSync(config, [...lines, ...more, ""].join("\n"));
  const child = spawn(binary, ["-c", config], { stdio: "ignore" });
  await Promise.all([reachable(port), reachable(webSocketPort)]);
  return {
    port,
    webSocketPort,
    stop: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As `mosquitto_passwd` writes it: PBKDF2 with SHA-512 and 101 rounds. */
function passwordLine({ username, password }: { readonly username: string; readonly password: string }): string {
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(password, salt, PASSWORD_ROUNDS, 64, "sha512");
  return `${username}:$7$${PASSWORD_ROUNDS}$${salt.toString("base64")}$${hash.toString("base64")}\n`;
}

function reachable(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error(`nothing listens on ${port}`)), 60_000);
    const attempt = (): void => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => {
        clearTimeout(deadline);
        socket.destroy();
        resolve();
      });
      socket.once("error", () => setTimeout(attempt, 20));
    };
    attempt();
  });
}
