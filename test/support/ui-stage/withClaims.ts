import type { CellId } from "#shared/base/ids.ts";
import { fakeId } from "../fake/FakeMeshbook.ts";
import { fakePeer, type FakeNotebookSession } from "../fake/FakeNotebookSession.ts";
import { putCursor } from "./putCursor.ts";

/** Somebody claims to be Ben beside him, and a guest calls itself as the teacher is called. */
export function withClaims(session: FakeNotebookSession, ids: readonly CellId[]): void {
  const member = { peer: fakeId("tess"), name: "Tess Lindqvist", role: "teacher", named: true, here: true } as const;
  session.access.update((view) => ({ ...view, members: [member] }));
  session.peers.set([
    fakePeer(101, fakeId("ben"), "Ben Okafor", ids[1]),
    fakePeer(102, fakeId("ben"), "Ben Okafor?", ids[2]),
    fakePeer(103, fakeId("mallory"), "tess lindqvist", ids[2]),
    fakePeer(104, fakeId("tess"), "T.", ids[1]),
  ]);
  putCursor(session, { client: 103, peer: "mallory", name: "tess lindqvist", cell: ids[2], from: 50, to: 50 });
  putCursor(session, { client: 104, peer: "tess", name: "T.", cell: ids[1], from: 149, to: 168 });
}
