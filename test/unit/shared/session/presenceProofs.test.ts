// Who is who among peers whose presence passes through many hands.

import { afterEach, describe, expect, it } from "vitest";
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { RoomId } from "#shared/base/ids.ts";
import { seconds } from "#shared/base/units.ts";
import { Value } from "#shared/base/value.ts";
import type { AwarenessEntry } from "#shared/presence/cleanAwareness.ts";
import { writeAwarenessUpdate } from "#shared/presence/cleanAwareness.ts";
import { PROOF_FIELD, PROOF_LIFE } from "#shared/rooms/presenceProof.ts";
import { CHECK_PAUSE, PresenceProofs } from "#shared/session/presence/PresenceProofs.ts";
import { PresenceSession } from "#shared/session/PresenceSession.ts";
import type { Identity } from "#shared/session/views.ts";
import { ShownProofs } from "../../../../broker/history/ShownProofs.ts";
import { createReadableKey } from "../../../../renderer/adapters/signer/deviceKey.ts";
import { WebSigner } from "../../../../renderer/adapters/signer/WebSigner.ts";
import { FakeClock } from "../../../support/FakeClock.ts";
import { parsePresence } from "#shared/presence/presence.ts";
import { untilTrue } from "../../../support/until.ts";

const ROOM = RoomId.create();
const ended: (() => void)[] = [];
afterEach(() => ended.splice(0).forEach((end) => end()));

async function join(name: string, room = ROOM) {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  const clock = new FakeClock();
  const signer = new WebSigner(await createReadableKey(), undefined);
  const shown = new Value(name);
  const presence = new PresenceSession({
    ...{ awareness, peer: signer.peer, name: shown, capabilities: [], clock },
    proof: { room, signer, logger: silentLogger },
  });
  ended.push(() => {
    presence.leave();
    awareness.destroy();
  });
  const state = (): Record<string, unknown> => awareness.getLocalState() ?? {};
  return { doc, awareness, clock, signer, presence, name: shown, client: doc.clientID, state };
}

type Joined = Awaited<ReturnType<typeof join>>;

/** Waits until somebody shows this, signed. */
async function signed({ clock, state }: Joined, name: string, wrote: readonly number[] = []): Promise<void> {
  await untilTrue("signed", () => {
    clock.advance(seconds(0.2));
    const shown = parsePresence(state());
    return shown?.name === name && shown.wrote.join() === wrote.join() && state()[PROOF_FIELD] !== undefined;
  });
}

function show(from: Joined, to: Joined): void {
  applyAwarenessUpdate(to.awareness, encodeAwarenessUpdate(from.awareness, [from.client]), "test");
}

/** Has `to` hear what somebody says that `client` shows. */
function forge(to: Joined, entry: Pick<AwarenessEntry, "client"> & { state: Record<string, unknown> }): void {
  const clock = (to.awareness.meta.get(entry.client)?.clock ?? 0) + 10;
  applyAwarenessUpdate(to.awareness, writeAwarenessUpdate([{ ...entry, clock } as AwarenessEntry]), "test");
}

async function settledIdentities({ presence, clock }: Joined): Promise<Record<string, string>> {
  await untilTrue("checked", () => {
    clock.advance(CHECK_PAUSE);
    return presence.replicas.get().every(({ identity }) => identity !== "checking");
  });
  return Object.fromEntries(
    presence.replicas.get().map((view) => [`${view.clientId} ${view.presence.name}`, view.identity]),
  );
}

describe("who a peer is", () => {
  it("is proven by its device, by whichever way that came, and stays so when it moves or takes another name", async () => {
    const [ana, ben, carol] = [await join("Ana"), await join("Ben"), await join("Carol")];
    await signed(ana, "Ana");
    show(ana, ben);
    applyAwarenessUpdate(carol.awareness, encodeAwarenessUpdate(ben.awareness, [ana.client]), "test");
    expect(await settledIdentities(carol)).toEqual({ [`${ana.client} Ana`]: "proven" });
    ana.awareness.setLocalStateField("cursor", { anchor: 1 });
    show(ana, carol);
    expect(carol.presence.peers.get()[0]?.identity).toBe("proven");
    const seen = new Set<string | undefined>();
    carol.presence.peers.subscribe(() => seen.add(carol.presence.peers.get()[0]?.identity));
    ana.name.set("Ana María");
    await untilTrue("the new name is proven", () => {
      for (const { clock } of [ana, carol]) clock.advance(seconds(0.2));
      show(ana, carol);
      return carol.presence.peers.get()[0]?.presence.name === "Ana María";
    });
    expect(seen).toEqual(new Set(["proven"]));
    expect([...carol.presence.editors.getStates().values()].map(({ proven }) => proven)).toContain(true);
  });

  it("is only claimed by a state that copies another's device, proof or name", async () => {
    const [ana, ben] = [await join("Ana"), await join("Ben")];
    await signed(ana, "Ana");
    show(ana, ben);
    const { [PROOF_FIELD]: proof, ...bare } = ana.state();
    forge(ben, { client: 1, state: bare });
    forge(ben, { client: 2, state: { ...bare, [PROOF_FIELD]: proof } });
    forge(ben, { client: ana.client, state: { ...ana.state(), user: { name: "Not Ana" } } });
    expect(await settledIdentities(ben)).toEqual({
      "1 Ana": "claimed",
      "2 Ana": "claimed",
      [`${ana.client} Not Ana`]: "claimed",
    });
  });

  it("is only claimed with a proof of another room, of days ago, or over other earlier clients", async () => {
    const [ana, ben] = [await join("Ana"), await join("Ben")];
    ana.presence.setWrote([7]);
    await signed(ana, "Ana", [7]);
    show(ana, ben);
    expect(Object.values(await settledIdentities(ben))).toEqual(["proven"]);
    forge(ben, { client: ana.client, state: { ...ana.state(), wrote: [7, 8] } });
    expect(Object.values(await settledIdentities(ben))).toEqual(["claimed"]);
    const elsewhere = await join("Elsewhere", RoomId.create());
    show(ana, elsewhere);
    expect(Object.values(await settledIdentities(elsewhere))).toEqual(["claimed"]);
    const late = await join("Late");
    late.clock.advance(seconds((PROOF_LIFE / 1_000) * 1.1));
    show(ana, late);
    expect(Object.values(await settledIdentities(late))).toEqual(["claimed"]);
  });

  it("lists somebody who claims to be a device beside it, also when it is ours", async () => {
    const [ana, ben] = [await join("Ana"), await join("Ben")];
    await signed(ana, "Ana");
    show(ana, ben);
    const bare = { ...ana.state(), [PROOF_FIELD]: undefined };
    forge(ben, { client: 1, state: bare });
    await settledIdentities(ben);
    expect(ben.presence.peers.get().map(({ clientId }) => clientId)).toEqual([ana.client, 1]);
    show(ben, ana);
    forge(ana, { client: 2, state: bare });
    await settledIdentities(ana);
    expect(ana.presence.peers.get().map(({ clientId }) => clientId)).toContain(2);
  });

  it("is never anybody whose proofs are still being checked, however fast new ones come", async () => {
    const [ana, ben] = [await join("Ana"), await join("Ben")];
    await signed(ana, "Ana");
    show(ana, ben);
    await settledIdentities(ben);
    const shown: number[] = [];
    ben.presence.peers.subscribe(() => shown.push(...ben.presence.peers.get().map(({ clientId }) => clientId)));
    const { at, ...proof } = ana.state()[PROOF_FIELD] as { at: number };
    for (let index = 1; index <= 50; index++) {
      forge(ben, { client: 1, state: { ...ana.state(), [PROOF_FIELD]: { ...proof, at: at + index } } });
      expect(ben.presence.replicas.get().find(({ clientId }) => clientId === 1)?.identity).toBe("checking");
      expect(ben.presence.editors.getStates().get(1)?.proven).toBe(false);
      await Promise.resolve();
    }
    expect(shown).toEqual([]);
    expect(ben.presence.peers.get()).toMatchObject([{ clientId: ana.client, identity: "proven" }]);
    expect((await settledIdentities(ben))["1 Ana"]).toBe("claimed");
  });

  it("is forgotten when its proof has grown old in our hands", async () => {
    const [ana, ben] = [await join("Ana"), await join("Ben")];
    await signed(ana, "Ana");
    show(ana, ben);
    await settledIdentities(ben);
    const proofs = new PresenceProofs({
      ...{ room: ROOM, signer: ben.signer, clock: ben.clock, logger: silentLogger },
      changed: () => undefined,
    });
    const now = (): Identity => proofs.identityOf(ana.client, parsePresence(ana.state())!, ana.state());
    await untilTrue("proven", () => now() === "proven");
    ben.clock.advance(seconds((PROOF_LIFE / 1_000) * 1.1));
    expect(now()).toBe("claimed");
    proofs.dispose();
  });

  it("is judged by the class host in the same way", async () => {
    const ana = await join("Ana");
    await signed(ana, "Ana");
    const host = new ShownProofs(ROOM, () => ana.clock.now());
    const judge = (client: number, state: unknown): boolean => host.isProven(client, parsePresence(state)!, state);
    expect(judge(ana.client, ana.state())).toBe(true);
    expect(judge(ana.client, { ...ana.state(), cursor: 3 })).toBe(true);
    expect(host.verified).toBe(1);
    expect(judge(ana.client, { ...ana.state(), user: { name: "Not Ana" } })).toBe(false);
    expect(judge(ana.client + 1, ana.state())).toBe(false);
    expect(judge(ana.client, { ...ana.state(), [PROOF_FIELD]: undefined })).toBe(false);
    expect(judge(ana.client, { ...ana.state(), [PROOF_FIELD]: { key: 1 } })).toBe(false);
    const proof = ana.state()[PROOF_FIELD] as Record<string, unknown>;
    expect(judge(ana.client, { ...ana.state(), [PROOF_FIELD]: { ...proof, signature: "A".repeat(5_000) } })).toBe(
      false,
    );
    ana.clock.advance(seconds((PROOF_LIFE / 1_000) * 1.1));
    expect(judge(ana.client, { ...ana.state(), [PROOF_FIELD]: proof })).toBe(false);
  });
});
