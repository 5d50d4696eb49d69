import { RunId, type CellId, type PeerId } from "#shared/base/ids.ts";
import { ms, unixMs } from "#shared/base/units.ts";
import { gatheredOutput, NOTHING_KEPT, type GatheredPart } from "#shared/notebook/gathered/gathered.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { KernelPlace } from "#shared/ports/KernelPlace.ts";
import type { AgentView } from "#shared/session/views.ts";
import type { EndedEntry } from "#shared/session/control/EndedRuns.ts";
import type { FakeNotebookSession } from "../fake/FakeNotebookSession.ts";

const printed = (text: string): CellOutput => ({ output_type: "stream", name: "stdout", text });

function gathered(agents: readonly AgentView[], left: PeerId): CellOutput {
  const nothing = { error: "", outputs: [], kept: NOTHING_KEPT } as const;
  const parts = agents.map(({ peer, name }, index): GatheredPart => {
    const known = { ...nothing, peer, name, duration: ms(120 + 840 * index) };
    if (index === 0) return { ...known, status: "ok", outputs: [printed("8 cores, 412 primes\n")] };
    const evalue = "limit is not defined";
    const error: CellOutput = { output_type: "error", ename: "ReferenceError", evalue, traceback: [] };
    return { ...known, status: "error", error: evalue, outputs: [error] };
  });
  const gone = { ...nothing, peer: left, name: "Ben’s laptop", duration: ms(4_200), status: "left" } as const;
  return gatheredOutput([...parts, { ...gone, error: "the agent fell silent" }]);
}

/** A notebook whose cells are on other computers: on one, waiting for one, parked, and on all of them. */
export function withCluster(session: FakeNotebookSession, ids: readonly CellId[], agents: readonly AgentView[]): void {
  const [, all, parked, runs, waits] = ids;
  const unsent = ids.at(-1);
  const started = unixMs(Date.now() - 4_200);
  const everybody = { where: { at: "everybody" }, duration: ms(4_210), started } as const;
  const [lab] = agents;
  if (all !== undefined && lab !== undefined)
    session.writeRun(all, [gathered(agents.slice(0, 2), lab.peer)], everybody);
  const why = "2 computers failed while they ran this; last: the agent fell silent";
  if (parked !== undefined) {
    session.writeRun(parked, [], { status: "error", where: { at: "any", parked: why }, started });
  }
  const place = (over: Partial<KernelPlace>): KernelPlace => ({
    ...{ state: "running", agent: lab?.peer, name: "lab-1", attempt: 2, given: 2, reason: undefined, loss: "" },
    ...over,
  });
  const waiting = place({
    ...{ state: "waiting", agent: undefined, name: "", attempt: 1 },
    reason: { why: "all-busy", fitting: 2 },
  });
  const going = [
    { cell: runs, place: place({}), outputs: [printed("epoch 3\nepoch 4: loss 0.0213\n")] },
    { cell: waits, place: waiting, outputs: [] },
  ];
  withEnded(session, ids, why);
  if (unsent !== undefined) {
    const asked = { run: RunId.create(), since: started, where: "any computer", outputs: [], mine: true, by: "" };
    session.setActivity(unsent, { ...asked, state: "running", waits: { on: "connection" } });
  }
  session.control.queue.set(
    going.flatMap(({ cell, place: at, outputs }) => {
      if (cell === undefined) return [];
      const run = RunId.create();
      const where = "any computer";
      if (at.state === "running") session.control.leases.set(run, { heard: ms(400), left: ms(3_100) });
      session.setActivity(cell, {
        state: "running",
        run,
        since: started,
        where,
        outputs,
        mine: true,
        place: at,
        by: "",
      });
      const moves = { asked: true, canMoveUp: false, canMoveDown: false };
      return [{ run, cell, state: "running", where, by: "", place: at, since: started, ...moves } as const];
    }),
  );
}

/** What ended: parked, failed, stopped, and well. */
function withEnded(session: FakeNotebookSession, ids: readonly CellId[], why: string): void {
  const entry = (cell: CellId | undefined, over: Partial<EndedEntry>): readonly EndedEntry[] => {
    if (cell === undefined) return [];
    const whole = { run: RunId.create(), cell, end: "ok", reason: "", where: "lab-3", attempt: 1, log: "" } as const;
    return [{ ...whole, duration: ms(2_310), at: unixMs(Date.now()), place: { at: "any" }, ...over }];
  };
  const [, , parked, , , failed, ok, stopped] = ids;
  session.control.ended.set([
    ...entry(parked, {
      end: "parked",
      reason: why,
      attempt: 3,
      log: "epoch 1\nepoch 2: loss 0.31\nepoch 3: loss 0.11\n",
    }),
    ...entry(failed, { end: "error", reason: "ReferenceError: limit is not defined", duration: ms(84) }),
    ...entry(ok, { where: "here", duration: ms(12) }),
    ...entry(stopped, { end: "interrupted", where: "lab-1" }),
    ...entry(parked, { attempt: 2 }),
  ]);
}
