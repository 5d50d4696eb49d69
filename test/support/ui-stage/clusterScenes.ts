import { NotRunError } from "#shared/base/errors.ts";
import { RunId, type CellId } from "#shared/base/ids.ts";
import { mib, unixMs } from "#shared/base/units.ts";
import type { RunRecord } from "#shared/notebook/runRecord.ts";
import { notRunOutput } from "#shared/session/execution/refusalOutput.ts";
import { fakeId, type FakeMeshbook } from "../fake/FakeMeshbook.ts";
import type { FakeNotebookSession } from "../fake/FakeNotebookSession.ts";
import { AGENTS } from "./agents.ts";
import { withCluster } from "./withCluster.ts";
import { withKept } from "./withKept.ts";

const REFUSED =
  "this computer takes jobs only of devices that its owner named. To be one of them, ask for --allow in its `meshbook agent`";

interface Given {
  readonly meshbook: FakeMeshbook;
  readonly session: FakeNotebookSession;
  readonly ids: readonly CellId[];
  readonly path: string;
}

/** A notebook whose cells run on other computers, one that keeps results, and one that asks whether it may load code. */
export function clusterScenes<S extends Given>(notebook: () => S): Readonly<Record<string, () => S>> {
  return {
    "notebook-cluster": () => {
      const scene = notebook();
      withCluster(scene.session, scene.ids, AGENTS);
      return scene;
    },
    "notebook-alone": () => {
      const scene = notebook();
      scene.meshbook.classroom.update((known) => known && { ...known, agents: [] });
      return scene;
    },
    "notebook-kept": () => {
      const scene = notebook();
      const session = withKept(scene.meshbook);
      return { ...scene, session, path: `/n/${session.room}` };
    },
    "notebook-not-run": () => {
      const scene = notebook();
      const [, spread, loop, , table] = scene.ids;
      const agent = { at: "agent", agent: AGENTS[0]?.peer ?? fakeId("lab"), name: AGENTS[0]?.name ?? "" } as const;
      const notRun = (cell: CellId | undefined, where: RunRecord["where"], reason: string): void => {
        if (cell !== undefined)
          scene.session.writeRun(cell, [notRunOutput(new NotRunError(reason))], {
            status: "error",
            where,
            notRun: reason,
          });
      };
      notRun(
        table,
        { at: "here" },
        "Code cannot run on this page: the runner did not answer. Reload the page and try again.",
      );
      notRun(spread, agent, "the agent does not answer");
      notRun(loop, { at: "any", parked: undefined, wanted: { gpu: "a100" } }, REFUSED);
      return scene;
    },
    "notebook-copy": () => {
      const scene = notebook();
      const [, , loop] = scene.ids;
      const since = unixMs(Date.now() - 900);
      const waits = { on: "copy", name: "measurements", size: mib(120), to: "python" } as const;
      const going = { state: "running", run: RunId.create(), since, where: "here", outputs: [], mine: true } as const;
      if (loop) scene.session.setActivity(loop, { ...going, waits, by: "" });
      return scene;
    },
    "notebook-permission": () => {
      const scene = notebook();
      const [, , loop] = scene.ids;
      const since = unixMs(Date.now() - 900);
      const waits = { on: "permission", origin: "https://cdn.jsdelivr.net" } as const;
      const going = { state: "running", run: RunId.create(), since, where: "here", outputs: [], mine: true } as const;
      if (loop) scene.session.setActivity(loop, { ...going, waits, by: "" });
      return scene;
    },
  };
}
