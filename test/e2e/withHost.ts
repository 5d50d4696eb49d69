import { test as base } from "playwright/test";
import { ensureBuilt } from "../support/built.ts";
import { LONG } from "../support/property.ts";
import { startHost, type RunningHost } from "../support/startHost.ts";

/** On a data folder that is thrown away. */
async function withHost(run: (host: RunningHost) => Promise<void>, args?: readonly string[]): Promise<void> {
  await ensureBuilt("node and web");
  const host = await startHost(args === undefined ? {} : { args });
  await run(host);
  await host.stop();
}

interface Hosts {
  /** A class host as `npm start` gives one, which later tests use too: for tests that leave the class as it was. */
  readonly host: RunningHost;
  /** The same, with an agent beside it. */
  readonly agentHost: RunningHost;
}

interface OwnHosts {
  /** A class host of this test's own, to be stopped, killed, or asked who is in its class and what it has. */
  readonly ownHost: RunningHost;
  readonly ownAgentHost: RunningHost;
  readonly everybodyLeaves: undefined;
}

export const test = base.extend<OwnHosts, Hosts>({
  // People who stay would go on working beside all later tests.
  everybodyLeaves: [
    async ({ browser }, run) => {
      await run(undefined);
      for (const context of browser.contexts()) await context.close();
    },
    { auto: true },
  ],
  // oxlint-disable-next-line no-empty-pattern -- playwright reads the names of what a fixture needs from this pattern
  host: [({}, run) => withHost(run), { scope: "worker" }],
  // oxlint-disable-next-line no-empty-pattern -- as above
  agentHost: [({}, run) => withHost(run, []), { scope: "worker" }],
  // oxlint-disable-next-line no-empty-pattern -- as above
  ownHost: ({}, run) => withHost(run),
  // oxlint-disable-next-line no-empty-pattern -- as above
  ownAgentHost: ({}, run) => withHost(run, []),
});

/** What others, of its spec or of a kind that is nearer to the code, stand for in `npm test`: run by `npm run test:long`. */
// oxlint-disable-next-line typescript/unbound-method -- playwright hands it out as a function
export const longTest = LONG ? test : test.skip;
