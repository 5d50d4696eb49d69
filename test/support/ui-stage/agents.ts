import { ms } from "#shared/base/units.ts";
import type { AgentView } from "#shared/session/views.ts";
import { fakeId } from "../fake/FakeMeshbook.ts";

/** Computers of a class: busy, with labels, without JavaScript, and one that takes no cells of this device. */
export const AGENTS: readonly AgentView[] = [
  {
    ...{ peer: fakeId("lab1"), name: "lab-1", languages: ["javascript", "python"], slots: 2, freeSlots: 0 },
    ...{ isolationLevel: 3, recent: 254, dispatch: ms(3.2) },
    versions: { meshbook: "0.1.0", deno: "2.9.6", python: "3.14.2" },
  },
  {
    ...{ peer: fakeId("lab3"), name: "lab-3", languages: ["javascript"], slots: 4, freeSlots: 3, isolationLevel: 3 },
    labels: { gpu: "a100", room: "2.04" },
    ...{ recent: 12, dispatch: ms(18.4), versions: { meshbook: "0.1.0", deno: "2.9.6" } },
  },
  { peer: fakeId("gpu"), name: "teacher’s laptop", languages: ["python"], slots: 1, freeSlots: 1, isolationLevel: 2 },
  {
    ...{ peer: fakeId("ben"), name: "Ben’s laptop", languages: ["javascript"], slots: 2, freeSlots: 2 },
    ...{ isolationLevel: 3, refuses: true },
  },
];
