// Entry of the agent process: `meshbook agent`, and the agent that `meshbook serve` starts.

import { consoleLogger } from "#shared/adapters/consoleLogger.ts";
import { messageOf } from "#shared/base/errors.ts";
import { AGENT_HELP, parseAgentOptions, type AgentOptions } from "./agentOptions.ts";
import { leavingInWords, leftInWords } from "./leaving.ts";
import { serveMetrics } from "./serveMetrics.ts";
import { startAgent, type RunningAgent } from "./startAgent.ts";

/** After this, whoever waits for the agent is told why it does not come. */
const PATIENCE_MS = 10_000;

const options = parseAgentOptions(process.argv.slice(2));
if (!options.ok) fail(options.error);
else if (options.value === "help") process.stdout.write(AGENT_HELP);
else await run(options.value).catch(fail);

async function run(options: AgentOptions): Promise<void> {
  let started: RunningAgent | undefined;
  let closing: Promise<void> | undefined;
  const close = (code: number): void => {
    closing ??= (started?.close() ?? Promise.resolve()).finally(() => process.exit(code));
  };
  // Whoever started it is gone, and with it what it was started for; also while it waits for the class host.
  if (options.child) {
    const end = (): void => close(0);
    process.stdin.on("end", end).on("error", end).resume();
  }
  // Only what goes to standard error: standard output belongs to the line that says ready.
  const agent = (started = await startAgent(options, consoleLogger("warn")));
  if (options.metrics !== undefined) {
    const { slots, metrics } = options;
    await serveMetrics(metrics, { slots, running: agent.running }).catch(async (error: unknown) => {
      await agent.close();
      throw error;
    });
  }
  let leaving: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    say(leavingInWords(agent.running(), options.drain));
    const left = await agent.drain();
    // Told again meanwhile, it ends already.
    if (closing !== undefined) return;
    say(leftInWords(left, options.data));
    process.exit(0);
  };
  // First it finishes what runs; told again, it ends at once.
  const leave = (): void => {
    if (leaving === undefined) leaving = drain().catch(() => close(1));
    else close(0);
  };
  process.on("SIGTERM", leave).on("SIGINT", leave);
  void agent.superseded.then(() => {
    say("another agent uses the same --data folder; this one ends");
    close(1);
  });
  await sayReady(agent);
}

async function sayReady({ joined, peer, isolation }: RunningAgent): Promise<void> {
  const late = setTimeout(
    () =>
      say(
        "not in the class yet: its broker is not reached, or does not let this agent in; still trying. `meshbook doctor` says why",
      ),
    PATIENCE_MS,
  );
  await joined;
  clearTimeout(late);
  process.stdout.write(`${JSON.stringify({ ready: true, peer, isolation })}\n`);
}

function say(text: string): void {
  process.stderr.write(`meshbook agent: ${text}\n`);
}

/** Ends the process, which else would wait for whoever started it, once what was said is out. */
function fail(error: unknown): void {
  process.stderr.write(`meshbook agent: ${messageOf(error)}\n`, () => process.exit(1));
}
