import * as encoding from "lib0/encoding";
import { describe, expect, it } from "vitest";
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";
import { isOwnPresence } from "#shared/adapters/webrtc/isOwnPresence.ts";
import { LINK_FIELD } from "#shared/adapters/webrtc/mesh/MeshKeeper.ts";
import { updateMessage } from "#shared/adapters/webrtc/peerMessage.ts";

/** Ours, with Ben at the end `ben` of a link, Cleo at another, and Dora, whom no link reaches. */
function openRoom() {
  const awareness = new Awareness(new Y.Doc());
  const [ben, cleo, dora] = [{ [LINK_FIELD]: "ben" }, { [LINK_FIELD]: "cleo" }, { name: "Dora" }].map((state) => {
    const theirs = new Awareness(new Y.Doc());
    theirs.setLocalState(state);
    applyAwarenessUpdate(awareness, encodeAwarenessUpdate(theirs, [theirs.clientID]), "a peer");
    theirs.destroy();
    return theirs.clientID;
  }) as [number, number, number];
  awareness.setLocalState({ [LINK_FIELD]: "us" });
  // SYNC 0, AWARENESS 1: as y-webrtc frames them.
  const about = (clients: number[]): Uint8Array => {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, clients));
    return encoding.toUint8Array(encoder);
  };
  return { awareness, ben, cleo, dora, about };
}

describe("isOwnPresence", () => {
  it("is true for a message about the peer at the other end alone", () => {
    const { awareness, ben, about } = openRoom();
    expect(isOwnPresence(about([ben]), awareness, "ben")).toBe(true);
    expect(isOwnPresence(about([ben]), awareness, "cleo")).toBe(false);
    awareness.destroy();
  });

  it("is false as soon as the message says anything of anybody else", () => {
    const { awareness, ben, cleo, dora, about } = openRoom();
    for (const clients of [[cleo], [dora], [awareness.clientID], [ben, cleo], [dora, ben], []]) {
      expect(isOwnPresence(about(clients), awareness, "ben")).toBe(false);
    }
    awareness.destroy();
  });

  it("lets through that the peer is believed gone, so that it can say that it is not", () => {
    const { awareness, ben, about } = openRoom();
    removeAwarenessStates(awareness, [ben], "silent");
    expect(isOwnPresence(about([ben]), awareness, "ben")).toBe(false);
    awareness.destroy();
  });

  it("is false for what is no presence", () => {
    const { awareness } = openRoom();
    expect(isOwnPresence(updateMessage(new Uint8Array([0, 0])), awareness, "ben")).toBe(false);
    awareness.destroy();
  });
});
