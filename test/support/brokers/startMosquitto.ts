import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../freePort.ts";

export interface RunningBroker {
  readonly port: number;
  readonly webSocketPort: number;
  stop(): Promise<void>;
}

/** Starts the Mosquitto at `binary` (see findMosquitto.ts), which keeps nothing. */
export async function startMosquitto(binary: string): Promise<RunningBroker> {
  const [port, webSocketPort] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), "mosquitto-"));
  const config = join(folder, "mosquitto.conf");
  const listeners = `listener ${port} 127.0.0.1\nlistener ${webSocketPort} 127.0.0.1\nprotocol websockets\n`;
  writeFileSync(config, `${listeners}allow_anonymous true\npersistence false\nset_tcp_nodelay true\n`);
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
