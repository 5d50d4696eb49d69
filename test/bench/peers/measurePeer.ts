import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";

/** Milliseconds in which a peer must have started and measured. */
const LIMIT = 60_000;
/** Where the bench is bundled to is two levels below the root, as `test/bench` is. */
const FOLDER = join(import.meta.dirname, "../../test/bench/peers");

/** A system beside ours: how to see whether it is installed, and the program that measures it. */
interface Peer {
  readonly needs: readonly [string, ...string[]];
  readonly run: readonly [string, ...string[]];
}

const PEERS = {
  bullmq: { needs: ["redis-server", "--version"], run: [process.execPath, join(FOLDER, "bullmq.mjs")] },
  dask: {
    // Debian's: the first `python3` may be another, without its packages.
    needs: ["/usr/bin/python3", "-c", "import distributed"],
    run: ["/usr/bin/python3", join(FOLDER, "daskDistributed.py")],
  },
  ipykernel: {
    needs: ["/usr/bin/python3", "-c", "import ipykernel, jupyter_client"],
    run: ["/usr/bin/python3", join(FOLDER, "ipykernel.py")],
  },
} as const satisfies Readonly<Record<string, Peer>>;

export function isInstalled(name: keyof typeof PEERS): boolean {
  const [command, ...args] = PEERS[name].needs;
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

/** What a peer's program measures, once. */
interface PeerFigures {
  /** No-op jobs per second; not of a kernel, which has one user. */
  readonly jobs_per_s: number;
  readonly single_p50_ms: number;
}

export async function measurePeer(name: keyof typeof PEERS): Promise<PeerFigures> {
  const [command, ...args] = PEERS[name].run;
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
  // A signal that it heeds: it ends its own children.
  const stop = setTimeout(() => child.kill("SIGTERM"), LIMIT);
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(stop);
  if (code !== 0) throw new Error(`the measurement of ${name} ended with ${String(code)}`);
  // reason: our own script says it.
  return JSON.parse(said) as PeerFigures;
}
