import { expect, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { seconds } from "#shared/base/units.ts";
import { Value } from "#shared/base/value.ts";
import type { AccessBoard, KnownDevice } from "#shared/ports/AccessBoard.ts";
import { foundRoom } from "#shared/rooms/founding.ts";
import { boxKeyOf, createBoxSecret, signBoxCard } from "#shared/rooms/moving/boxKey.ts";
import { NotebookMoves } from "#shared/session/access/NotebookMoves.ts";
import { NodeSigner } from "../../../../../workers/agent/NodeSigner.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";
import { untilTrue } from "../../../../support/until.ts";

const settings = { get: () => undefined, set: () => undefined, subscribe: () => () => undefined };

/** A founder at a board on which Ben is here and has not given his card yet. */
function beginMove() {
  const [tess, ben] = [NodeSigner.create(), NodeSigner.create()];
  const device: KnownDevice = { peer: ben.peer, publicKey: ben.publicKey, name: "Ben", here: true };
  const cards = new Value<readonly Uint8Array[]>([]);
  let waits = false;
  const told = {
    get: () => cards.get(),
    subscribe: (listener: () => void) => ((waits = true), cards.subscribe(listener)),
  };
  const board = {
    devices: new Value([device]),
    cards: told,
    notes: new Value([]),
  } as Partial<AccessBoard> as AccessBoard;
  const room = foundRoom(tess.publicKey);
  const moves = new NotebookMoves({ room, signer: tess, settings, logger: silentLogger });
  moves.follow(board);
  const clock = new FakeClock();
  const giveWhenAwaited = async () => {
    await untilTrue("the cards are waited for", () => waits);
    const box = boxKeyOf(createBoxSecret()).publicKey;
    cards.set([await signBoxCard({ device: ben.publicKey, box }, (message) => ben.sign(message))]);
  };
  const notesFor = (mayStay: boolean) => moves.notesTo(foundRoom(tess.publicKey), () => mayStay, clock);
  return { clock, giveWhenAwaited, notesFor };
}

it("takes along somebody who has just come, and has not given a card yet", async () => {
  const { giveWhenAwaited, notesFor } = beginMove();
  const notes = notesFor(true);
  await giveWhenAwaited();
  expect(await notes).toHaveLength(1);
});

it("waits neither for ever nor for who may not stay", async () => {
  const { clock, notesFor } = beginMove();
  expect(await notesFor(false)).toEqual([]);
  let notes: readonly Uint8Array[] | undefined;
  void notesFor(true).then((given) => (notes = given));
  await expect
    .poll(() => {
      clock.advance(seconds(15));
      return notes;
    })
    .toEqual([]);
});
