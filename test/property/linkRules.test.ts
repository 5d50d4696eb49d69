// Roles on direct links, where no host stands: whatever devices write, whoever is hostile, and in whatever order rules,
// links and messages come, no honest device has what somebody brought who may not, and nobody is given what it may not read.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAccessMessage, readAccessMessage } from "#shared/adapters/webrtc/access/accessMessages.ts";
import { seconds } from "#shared/base/units.ts";
import { mayEdit, mayRead, mayRun, type Role } from "#shared/rooms/access/role.ts";
import { EVERYBODY } from "#shared/rooms/access/statement.ts";
import { foundRoom } from "#shared/rooms/founding.ts";
import { NodeSigner } from "../../workers/agent/NodeSigner.ts";
import { FakeClock } from "../support/FakeClock.ts";
import { checkProperty } from "../support/property.ts";
import { RulesNode, type Kind, type LinkEnd } from "../support/rules/RulesNode.ts";

const DEVICES = 5;

class World {
  readonly clock = new FakeClock();
  readonly nodes: readonly RulesNode[];
  /** What was sent and should not have been. */
  readonly leaks: string[] = [];
  #ends: LinkEnd[] = [];
  #links = 0;

  constructor(kinds: readonly Kind[]) {
    const founder = NodeSigner.create();
    const room = foundRoom(founder.publicKey);
    this.nodes = kinds.map((kind, index) =>
      index === 0 ? new RulesNode(room, this.clock, "honest", founder) : new RulesNode(room, this.clock, kind),
    );
    for (const node of this.nodes) node.onSend = (to, message) => this.#watchSent(node, to, message);
  }

  link(one: RulesNode, other: RulesNode): void {
    if (one === other || this.#ends.some((end) => end.node === one && end.other?.node === other)) return;
    const [first, second] = [`AA:${++this.#links}`, `BB:${this.#links}`];
    const closed = (end: LinkEnd): void => this.#cut(end);
    const ends = [one.end([first, second], closed), other.end([second, first], closed)] as const;
    [ends[0].other, ends[1].other] = [ends[1], ends[0]];
    this.#ends.push(...ends);
    for (const end of ends) end.connect();
  }

  /** Delivers at most so many messages, each link's in their order, and lets what follows from them happen. */
  async deliver(limit: number): Promise<void> {
    for (let count = 0; count < limit; count++) {
      const end = this.#ends.find(({ queue }) => queue.length > 0);
      if (end === undefined) break;
      // The next one is another's turn.
      this.#ends = [...this.#ends.filter((one) => one !== end), end];
      const { other } = end;
      this.#checking = end;
      const isProof = other !== undefined && isProofOf(other.node, this.#deliver(end));
      await this.clock.advanceAsync(seconds(0));
      // Signatures of many statements are checked one after the other.
      await new Promise((resolve) => setImmediate(resolve));
      if (isProof) this.#proven.add(other);
    }
  }

  async calm(): Promise<void> {
    for (let turn = 0; turn < 12; turn++) {
      await this.deliver(10_000);
      await this.clock.advanceAsync(seconds(1));
    }
  }

  /** Nobody is sent what it may not read, as far as the sender knows. What it threw would be caught by y-webrtc. */
  #watchSent(sender: RulesNode, to: LinkEnd, message: Uint8Array): void {
    if (sender.kind !== "honest" || !sender.restricted || mayRead(this.#roleOf(to, sender))) return;
    // Its proof is being checked, and may have been found good a moment ago.
    if (to.other === this.#checking && mayRead(sender.roleOf(to.node))) return;
    if (!isAccessMessage(message)) this.leaks.push(`${message[0]} was sent to one who may not read`);
  }

  end(): void {
    for (const node of this.nodes) node.stop();
  }

  /** The end to which something has come just now. */
  #checking: LinkEnd | undefined;
  /** Ends whose devices have proven at the other end who they are. */
  readonly #proven = new Set<LinkEnd>();

  /** What the device at `end` may do, as far as the one at the other end knows. */
  #roleOf(end: LinkEnd, knower: RulesNode): Role {
    return knower.roleOf(this.#proven.has(end) ? end.node : undefined);
  }

  #deliver(end: LinkEnd): Uint8Array {
    const message = end.queue.shift()!;
    const { node, other } = end;
    const before = node.facts;
    try {
      node.receive(end, message);
    } catch {
      // The link is given up after some of these; here it goes on, which is harder.
    }
    const news = [...node.facts].filter((fact) => !before.has(fact));
    if (news.length === 0 || node.kind !== "honest" || !node.restricted || other === undefined) return message;
    const role = this.#roleOf(other, node);
    if (!mayEdit(role)) {
      expect(mayRun(role)).toBe(true);
      expect(news.filter((fact) => !fact.startsWith("run:"))).toEqual([]);
    }
    return message;
  }

  #cut(end: LinkEnd): void {
    for (const one of [end, end.other]) {
      if (one === undefined || !this.#ends.includes(one)) continue;
      this.#ends.splice(this.#ends.indexOf(one), 1);
      one.node.lost(one);
    }
  }
}

/** Others' proofs, which thieves pass on, prove nothing. */
const isProofOf = ({ kind }: RulesNode, message: Uint8Array): boolean =>
  kind !== "thief" && isAccessMessage(message) && readAccessMessage(message).type === "hello";

/** An honest device writes what its person may, as far as it knows; the others whatever they like. */
function mayTry(node: RulesNode, what: "cell" | "run" | "delete"): boolean {
  const role = node.roleOf(node);
  return node.kind !== "honest" || !node.restricted || mayEdit(role) || (what === "run" && mayRun(role));
}

type Step =
  | { readonly type: "say"; readonly about: number; readonly role: Role }
  | { readonly type: "write"; readonly by: number; readonly what: "cell" | "run" | "delete" }
  | { readonly type: "link"; readonly one: number; readonly other: number }
  | { readonly type: "deliver"; readonly count: number }
  | { readonly type: "wait" };

const device = fc.nat({ max: DEVICES - 1 });
const roles = fc.constantFrom<Role>("none", "viewer", "runner", "editor", "teacher");
const what = fc.constantFrom<"cell" | "run" | "delete">("cell", "run", "delete");
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ type: fc.constant("say" as const), about: device, role: roles }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("write" as const), by: device, what }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("link" as const), one: device, other: device }) },
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant("deliver" as const), count: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ type: "wait" as const }) },
);
const steps = fc.array(step, { minLength: 10, maxLength: 60 });
const kinds = fc.array(fc.constantFrom<Kind>("honest", "honest", "hostile", "mute", "thief"), {
  ...{ minLength: DEVICES, maxLength: DEVICES },
});

/** A class in which one may write, all linked to all. */
const CLASS: readonly Step[] = [
  { type: "say", about: 0, role: "viewer" },
  { type: "say", about: 1, role: "editor" },
  ...Array.from({ length: DEVICES ** 2 }, (_, pair) => ({
    ...{ type: "link" as const, one: Math.floor(pair / DEVICES), other: pair % DEVICES },
  })),
  { type: "deliver", count: 100 },
];

async function perform(world: World, given: Step): Promise<void> {
  const { nodes } = world;
  switch (given.type) {
    case "say": {
      // About the founder nothing can be said; so it is about everybody.
      const subject = given.about === 0 ? EVERYBODY : nodes[given.about]!.signer.peer;
      const role = subject === EVERYBODY && given.role === "teacher" ? "editor" : given.role;
      await nodes[0]!.access.setRole(subject, role, "");
      return;
    }
    case "write":
      if (mayTry(nodes[given.by]!, given.what)) nodes[given.by]!.write(given.what);
      return;
    case "link":
      world.link(nodes[given.one]!, nodes[given.other]!);
      return;
    case "deliver":
      await world.deliver(given.count);
      return;
    case "wait":
      await world.clock.advanceAsync(seconds(4));
      return;
  }
}

/** What an editor has and a reader lacks. What anybody deleted need never have been there, and is to go. */
function missing(given: ReadonlySet<string>, had: ReadonlySet<string>, gone: ReadonlySet<string>): readonly string[] {
  const unmade = [...given].filter((fact) => fact.startsWith("gone:") && had.has(fact.replace("gone:", "cell:")));
  const made = [...given].filter((fact) => !fact.startsWith("gone:") && !gone.has(fact.replace("cell:", "gone:")));
  return [...unmade, ...made.filter((fact) => !had.has(fact))];
}

describe("rules on direct links", () => {
  it("let nobody write or read beyond its role, and let editors go on together", async () => {
    let vouched = 0;
    await checkProperty(
      "link rules",
      60,
      fc.asyncProperty(kinds, fc.constantFrom(CLASS, []), steps, async (given, start, more) => {
        const world = new World(given);
        try {
          for (const one of [...start, ...more]) await perform(world, one);
          const honest = world.nodes.filter(({ kind }) => kind === "honest");
          for (const one of honest) for (const other of honest) world.link(one, other);
          await world.calm();
          for (const one of honest) one.ask();
          await world.calm();
          expect(world.leaks).toEqual([]);
          const gone = new Set(
            world.nodes.flatMap(({ facts }) => [...facts].filter((fact) => fact.startsWith("gone:"))),
          );
          const rules = world.nodes[0]!.rules;
          for (const one of honest) {
            // Whoever may read knows the rules, wherever they were made.
            if (mayRead(world.nodes[0]!.roleOf(one))) expect(one.rules).toEqual(rules);
            for (const other of honest) {
              const [gives, reads] = [world.nodes[0]!.roleOf(one), world.nodes[0]!.roleOf(other)];
              if (!mayEdit(gives) || !mayRead(reads)) continue;
              expect(missing(one.facts, other.facts, gone)).toEqual([]);
              vouched += one === other ? 0 : one.facts.size;
            }
          }
        } finally {
          world.end();
        }
      }),
    );
    // Else nothing was tried.
    expect(vouched).toBeGreaterThan(100);
  });
});
