import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RoomId, type PeerId } from "#shared/base/ids.ts";
import { isRestricted, membership, nextVersion, roleOf } from "#shared/rooms/access/membership.ts";
import { ROLES, type Role } from "#shared/rooms/access/role.ts";
import {
  EVERYBODY,
  parseStatement,
  signatureOf,
  signStatement,
  type SignedStatement,
  type Subject,
} from "#shared/rooms/access/statement.ts";
import { foundingOf, foundRoom, isFounder } from "#shared/rooms/founding.ts";
import { verifyDevice } from "../../../../broker/sync/access/verifyDevice.ts";
import { NodeSigner } from "../../../../workers/agent/NodeSigner.ts";
import { checkProperty } from "../../../support/property.ts";

const [owner, tess, tom, ana, ben, mallory] = Array.from({ length: 6 }, () => NodeSigner.create()) as [
  NodeSigner,
  NodeSigner,
  NodeSigner,
  NodeSigner,
  NodeSigner,
  NodeSigner,
];
const ref = foundRoom(owner.publicKey);
const room = { id: ref.id, founding: foundingOf(ref.secret) };

interface Words {
  readonly subject: Subject;
  readonly role: Role;
  readonly founder?: number;
  readonly teacher?: number;
  readonly room?: RoomId;
}

const say = (by: NodeSigner, { subject, role, founder = 0, teacher = 0, room: about = room.id }: Words) =>
  signStatement({ room: about, subject, role, name: "n", version: { founder, teacher }, by: by.publicKey }, (message) =>
    by.sign(message),
  );
const rolesAfter = (statements: readonly SignedStatement[], peers: readonly PeerId[]): readonly Role[] =>
  peers.map((peer) => roleOf(membership(room, statements), peer));

describe("a founded room", () => {
  it("has an id that only its founder's key and its secret make", () => {
    expect(isFounder(ref.id, foundingOf(ref.secret), owner.publicKey)).toBe(true);
    expect(isFounder(ref.id, foundingOf(ref.secret), mallory.publicKey)).toBe(false);
    expect(isFounder(ref.id, new Uint8Array(16), owner.publicKey)).toBe(false);
    expect(isFounder(ref.id, new Uint8Array(), owner.publicKey)).toBe(false);
    expect(isFounder(RoomId.create(), foundingOf(ref.secret), owner.publicKey)).toBe(false);
  });
});

describe("a statement", () => {
  it("reads back as it was signed, and any flipped bit is noticed", async () => {
    const said = await say(owner, { subject: ana.peer, role: "viewer", founder: 3 });
    const read = parseStatement(room.id, said.bytes);
    expect(read).toEqual(said);
    expect(verifyDevice(signatureOf(read!))).toBe(true);
    for (let at = 0; at < said.bytes.length; at++) {
      const damaged = said.bytes.slice();
      damaged[at]! ^= 1 << (at % 8);
      const parsed = parseStatement(room.id, damaged);
      expect(parsed !== undefined && verifyDevice(signatureOf(parsed))).toBe(false);
    }
  });

  it("is nothing in another room, cut short, with more behind it, or as garbage", async () => {
    const { bytes } = await say(owner, { subject: ana.peer, role: "viewer", founder: 1 });
    expect(parseStatement(RoomId.create(), bytes)).toBeUndefined();
    expect(parseStatement(room.id, bytes.subarray(0, -1))).toBeUndefined();
    expect(parseStatement(room.id, new Uint8Array([...bytes, 0]))).toBeUndefined();
    await checkProperty(
      "garbage is no statement",
      200,
      fc.property(fc.uint8Array({ maxLength: 1_100 }), (garbage) => {
        expect(parseStatement(room.id, garbage)).toBeUndefined();
      }),
    );
  });
});

describe("membership", () => {
  it("is open while nobody has said anything", () => {
    const state = membership(room, []);
    expect([roleOf(state, undefined), roleOf(state, ana.peer), isRestricted(state)]).toEqual([
      "editor",
      "editor",
      false,
    ]);
  });

  it("lets the founder say everything, and nobody else", async () => {
    const statements = await Promise.all([
      say(owner, { subject: EVERYBODY, role: "viewer", founder: 1 }),
      say(owner, { subject: ana.peer, role: "runner", founder: 1 }),
      say(mallory, { subject: mallory.peer, role: "teacher", founder: 9 }),
      say(ana, { subject: ana.peer, role: "editor", founder: 9 }),
      say(ana, { subject: ana.peer, role: "editor", teacher: 1, founder: 1 }),
    ]);
    expect(rolesAfter(statements, [owner.peer, ana.peer, mallory.peer])).toEqual(["teacher", "runner", "viewer"]);
  });

  it("lets teachers say who may do what, but not make or unmake teachers, nor touch the founder", async () => {
    const statements = await Promise.all([
      say(owner, { subject: EVERYBODY, role: "viewer", founder: 1 }),
      say(owner, { subject: tess.peer, role: "teacher", founder: 1 }),
      say(owner, { subject: tom.peer, role: "teacher", founder: 1 }),
      say(tess, { subject: ana.peer, role: "editor", teacher: 1 }),
      say(tess, { subject: ben.peer, role: "teacher", teacher: 1 }),
      say(tess, { subject: tom.peer, role: "none", founder: 1, teacher: 1 }),
      say(tess, { subject: owner.peer, role: "none", teacher: 1 }),
    ]);
    const peers = [owner.peer, tess.peer, tom.peer, ana.peer, ben.peer];
    expect(rolesAfter(statements, peers)).toEqual(["teacher", "teacher", "teacher", "editor", "viewer"]);
  });

  it("ends a teacher's words with the teacher, but not a removal", async () => {
    const before = await Promise.all([
      say(owner, { subject: EVERYBODY, role: "viewer", founder: 1 }),
      say(owner, { subject: tess.peer, role: "teacher", founder: 1 }),
      say(tess, { subject: ana.peer, role: "editor", teacher: 1 }),
      say(tess, { subject: ben.peer, role: "none", teacher: 1 }),
    ]);
    const after = [...before, await say(owner, { subject: tess.peer, role: "viewer", founder: 2 })];
    expect(rolesAfter(after, [tess.peer, ana.peer, ben.peer])).toEqual(["viewer", "viewer", "none"]);
  });

  it("puts the founder's newest above whatever teachers counted to", async () => {
    const statements = await Promise.all([
      say(owner, { subject: tess.peer, role: "teacher", founder: 1 }),
      say(tess, { subject: ana.peer, role: "none", teacher: 1_000_000_000 }),
      say(owner, { subject: ana.peer, role: "editor", founder: 1 }),
    ]);
    expect(rolesAfter(statements, [ana.peer])).toEqual(["editor"]);
    const state = membership(room, statements);
    expect(nextVersion(state, tess.peer, ana.peer)).toEqual({ founder: 1, teacher: 1 });
    expect(nextVersion(state, owner.peer, ana.peer)).toEqual({ founder: 2, teacher: 0 });
    expect(nextVersion(state, ana.peer, ben.peer)).toBeUndefined();
  });

  it("is the same for every order and repetition; removal wins; strangers and other rooms change nothing", async () => {
    const signers = [owner, tess, tom, ana, ben, mallory];
    const subjects: readonly Subject[] = [EVERYBODY, ...signers.map(({ peer }) => peer)];
    const elsewhere = RoomId.create();
    const pool: SignedStatement[] = [];
    for (let at = 0; at < 160; at++) {
      pool.push(
        await say(signers[at % signers.length]!, {
          subject: subjects[(at * 5) % subjects.length]!,
          role: ROLES[(at * 3) % ROLES.length]!,
          founder: at % 4,
          teacher: (at * 7) % 3,
          room: at % 19 === 0 ? elsewhere : room.id,
        }),
      );
    }
    const plain = (statements: readonly SignedStatement[]) => {
      const { founder, everybody, members, versions } = membership(room, statements);
      return { founder, everybody, members: [...members].sort(), versions: [...versions].sort() };
    };
    await checkProperty(
      "membership is a function of the set",
      150,
      fc.property(fc.subarray(pool), fc.infiniteStream(fc.nat()), (some, random) => {
        const keys = new Map(some.map((one) => [one, random.next().value as number]));
        const shuffled = [...some, ...some.slice(0, 9)].sort((one, other) => keys.get(one)! - keys.get(other)!);
        expect(plain(shuffled)).toEqual(plain(some));
        const makesTeacher = ({ author, statement: { subject, role } }: SignedStatement): boolean =>
          author === owner.peer && subject === mallory.peer && role === "teacher";
        const honest = some.filter(({ author }) => author !== mallory.peer);
        if (!some.some(makesTeacher)) expect(plain(honest)).toEqual(plain(some));
      }),
    );
  });
});
