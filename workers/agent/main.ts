// Entry of the agent process: `meshbook agent`, and the agent that `meshbook serve` starts.

import { consoleLogger } from "#shared/adapters/consoleLogger.ts";
import { messageOf } from "#shared/base/errors.ts";
import { AGENT_HELP, parseAgentOptions, type AgentOptions } from "./agentOptions.ts";
import { startAgent } from "./startAgent.ts";

/** After this, whoever waits for the agent is told why it does not come. */
const PATIENCE_MS = 10_000;

const options = parseAgentOptions(process.argv.slice(2));
if (!options.ok) fail(options.error);
else if (options.value === "help") process.stdout.write(AGENT_HELP);
else await run(options.value).catch(fail);

async function run({ child, ...rest }: AgentOptions): Promise<void> {
  // Only what goes to standard error: standard output belongs to the line that says ready.
  const agent = await startAgent({ child, ...rest }, consoleLogger("warn"));
  let closing: Promise<void> | undefined;
  const close = (code: number): void => {
    closing ??= agent.close().finally(() => process.exit(code));
  };
  process.once("SIGTERM", () => close(0));
  process.once("SIGINT", () => close(0));
  if (child)
    process.stdin
      .on("end", () => close(0))
      .on("error", () => close(0))
      .resume();
  void agent.superseded.then(() => {
    process.stderr.write("meshbook agent: another agent uses the same --data folder; this one ends\n");
    close(1);
  });
  const late = setTimeout(() => {
    process.stderr.write("meshbook agent: the class's broker does not answer; still trying\n");
  }, PATIENCE_MS);
  await agent.joined;
  clearTimeout(late);
  process.stdout.write(`${JSON.stringify({ ready: true, peer: agent.peer, isolation: agent.isolation })}\n`);
}

function fail(error: unknown): void {
  process.stderr.write(`meshbook agent: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
