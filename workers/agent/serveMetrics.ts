import { createServer, type IncomingMessage } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { exposition, EXPOSITION_TYPE, metric, type Metric } from "#shared/telemetry/exposition.ts";
import { LOOP_RESOLUTION, measureProcess } from "#shared/telemetry/processMetrics.ts";

export interface AgentCounts {
  readonly slots: number;
  /** Cells that run now. */
  readonly running: () => number;
}

/** Only this computer reaches it, and no page that a name leads here. */
const HOST = "127.0.0.1";

/** Answers Prometheus at `/metrics` of this computer until the process ends. @throws Error with what to do, for people */
export async function serveMetrics(port: number, counts: AgentCounts): Promise<void> {
  const measure = measureAgent(counts);
  const server = createServer((request, response) => {
    const found = isMeant(request, port);
    response.writeHead(found ? 200 : 404, { "Content-Type": EXPOSITION_TYPE, "Cache-Control": "no-store" });
    response.end(found && request.method === "GET" ? exposition(measure()) : undefined);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(new Error(taken ? `--metrics: port ${port} is taken; choose another` : `--metrics: ${error.message}`));
    });
    server.listen(port, HOST, resolve);
  });
  server.unref();
}

function isMeant({ method, url, headers }: IncomingMessage, port: number): boolean {
  const asked = headers.host === `${HOST}:${port}` || headers.host === `localhost:${port}`;
  return asked && url === "/metrics" && (method === "GET" || method === "HEAD");
}

function measureAgent({ slots, running }: AgentCounts): () => readonly Metric[] {
  const ofProcess = measureProcess({ process, loop: monitorEventLoopDelay({ resolution: LOOP_RESOLUTION }) });
  return () => [
    metric("gauge", "meshbook_agent_slots", "Cells that can be executed at once.", slots),
    metric("gauge", "meshbook_agent_running_jobs", "Jobs that run now.", running()),
    ...ofProcess(),
  ];
}
