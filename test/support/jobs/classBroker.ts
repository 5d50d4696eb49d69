// The broker of a `JobClass`: the class host's own, or, where MESHBOOK_JOB_BROKER says so, a Mosquitto that is restarted
// on its port when it is killed, as a service manager would.

import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { BrokerProcess } from "../../../broker/mqtt/process/BrokerProcess.ts";
import { nodeChild } from "../../../broker/process/nodeChild.ts";
import { Supervisor } from "../../../broker/process/Supervisor.ts";
import { DIST } from "../built.ts";
import { freePort } from "../freePort.ts";
import { untilTrue } from "../until.ts";

/** What we tell others to load. */
const ACL = join(import.meta.dirname, "../../../broker/acl/mosquitto.acl");

export interface ClassBroker {
  readonly port: number;
  readonly overWebSocket: boolean;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

export async function startClassBroker(): Promise<ClassBroker> {
  const wish = process.env["MESHBOOK_JOB_BROKER"] ?? "embedded";
  if (wish === "mosquitto-tcp" || wish === "mosquitto-ws") return startSupervised(wish === "mosquitto-ws");
  const script = join(DIST, "node/broker.mjs");
  const options = { host: "127.0.0.1", port: 0, clock: systemClock, logger: silentLogger };
  const broker = await BrokerProcess.start({ script, ...options });
  return {
    port: broker.port,
    overWebSocket: false,
    get pid() {
      return broker.pid;
    },
    stop: () => broker.stop(),
  };
}

async function startSupervised(overWebSocket: boolean): Promise<ClassBroker> {
  const binary = inject("mosquitto");
  if (binary === "") throw new Error("there is no Mosquitto: install it, or leave MESHBOOK_JOB_BROKER unset");
  const [port, other] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), "mosquitto-"));
  const config = join(folder, "mosquitto.conf");
  chmodSync(folder, 0o755);
  copyFileSync(ACL, join(folder, "acl"));
  // One with WebSockets alone does not start: so it always listens for both.
  const listeners = [`listener ${port} 127.0.0.1`, ...(overWebSocket ? ["protocol websockets"] : [])];
  const settings = ["allow_anonymous true", "set_tcp_nodelay true", `acl_file ${join(folder, "acl")}`];
  writeFileSync(config, [...listeners, `listener ${other} 127.0.0.1`, ...settings, ""].join("\n"));
  const supervisor = new Supervisor({
    ...{ name: "Mosquitto", clock: systemClock, logger: silentLogger },
    start: () => {
      const child = spawn(binary, ["-c", config], { stdio: "ignore" });
      return nodeChild(child, () => child.kill("SIGTERM"));
    },
  });
  supervisor.start();
  await untilTrue("Mosquitto listens", () => isReached(port));
  return {
    port,
    overWebSocket,
    get pid() {
      return supervisor.pid;
    },
    stop: async () => {
      await supervisor.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isReached(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
