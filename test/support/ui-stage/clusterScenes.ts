import { RunId, type CellId } from "#shared/base/ids.ts";
import { mib, unixMs } from "#shared/base/units.ts";
import type { FakeMeshbook } from "../fake/FakeMeshbook.ts";
import type { FakeNotebookSession } from "../fake/FakeNotebookSession.ts";
import { AGENTS } from "./agents.ts";
import { withCluster } from "./withCluster.ts";
import { withKept } from "./withKept.ts";

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
