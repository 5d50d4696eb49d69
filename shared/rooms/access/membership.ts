// Who may do what in a room, from what was said about it. A pure function of the set of statements: order and repetition
// do not matter, so every replica that has the same statements comes to the same answer.
// 1. Only the founder and teachers are listened to. Teachers are made and unmade by the founder alone; so nobody can win
//    by unmaking each other, and who is a teacher never depends on what teachers say.
// 2. About one subject the highest version counts: the founder's count first, then the teachers'. A teacher's statement
//    counts only if it stands on the founder's newest about that subject.
// 3. Of two statements with one version, the one that allows less counts: removal wins.
// 4. What somebody said while being a teacher ends with that, except that whom they removed stays removed.

import type { PeerId, RoomId } from "../../base/ids.ts";
import { isFounder } from "../founding.ts";
import { mayManage, ROLES, type Role } from "./role.ts";
import {
  EVERYBODY,
  VERSION_LIMIT,
  type SignedStatement,
  type Statement,
  type Subject,
  type Version,
} from "./statement.ts";

export interface Member {
  readonly peer: PeerId;
  readonly role: Role;
  readonly name: string;
}

export interface Membership {
  /** Who founded the room, once known by something it said. */
  readonly founder: PeerId | undefined;
  /** What a device may do that is not named, or does not prove who it is. */
  readonly everybody: Role;
  /** Devices that were named; the founder is not among them. */
  readonly members: ReadonlyMap<PeerId, Member>;
  /** Version of the statement in force about a subject; what is said next must be above it. */
  readonly versions: ReadonlyMap<Subject, Version>;
}

/** Whoever has the link may do this until somebody says otherwise. */
export const OPEN_ROLE: Role = "editor";
const NEVER: Version = { founder: 0, teacher: 0 };

export interface RoomFounding {
  readonly id: RoomId;
  /** See founding.ts; undefined while nobody has shown it. */
  readonly founding: Uint8Array | undefined;
}

/** `statements`: those whose signatures are good. Those of other rooms, and of people without a say, are passed over. */
export function membership(room: RoomFounding, statements: Iterable<SignedStatement>): Membership {
  const heard = [...statements].filter(({ statement }) => statement.room === room.id);
  const founder = heard.find(({ statement }) => isFoundersKey(room, statement.by))?.author;
  const byFounder = heard.filter(({ author, statement }) => author === founder && isSayable(founder, statement));
  const founders = newest(byFounder.filter((said) => said.statement.version.teacher === 0));
  const isTeacher = (peer: PeerId): boolean => founders.get(peer)?.statement.role === "teacher";
  const taught = new Set(
    byFounder
      .map(({ statement }) => statement)
      .filter(isTeaching)
      .map(({ subject }) => subject),
  );
  const byTeachers = heard.filter(({ author, statement }) => {
    const { subject, role, version } = statement;
    if (author === founder || !taught.has(author) || (!isTeacher(author) && role !== "none")) return false;
    if (mayManage(role) || subject === founder || (subject !== EVERYBODY && isTeacher(subject))) return false;
    return version.teacher > 0 && version.founder === (founders.get(subject)?.statement.version ?? NEVER).founder;
  });
  return collect(founder, newest([...founders.values(), ...byTeachers]));
}

/** What this device may do. `peer` undefined: one that has not proven who it is. */
export function roleOf({ founder, everybody, members }: Membership, peer: PeerId | undefined): Role {
  if (peer === undefined) return everybody;
  return peer === founder ? "teacher" : (members.get(peer)?.role ?? everybody);
}

/** Whether the room differs from one in which whoever has the link may edit. */
export function isRestricted({ everybody, members }: Membership): boolean {
  return everybody !== OPEN_ROLE || [...members.values()].some(({ role }) => role !== OPEN_ROLE && role !== "teacher");
}

/** The version that what `by` says next about `subject` must have; undefined if it may not say anything about it. */
export function nextVersion(state: Membership, by: PeerId, subject: Subject): Version | undefined {
  const { founder, teacher } = state.versions.get(subject) ?? NEVER;
  if (by === state.founder) return founder < VERSION_LIMIT ? { founder: founder + 1, teacher: 0 } : undefined;
  if (!mayManage(roleOf(state, by)) || subject === state.founder) return undefined;
  if (subject !== EVERYBODY && state.members.get(subject)?.role === "teacher") return undefined;
  return teacher < VERSION_LIMIT ? { founder, teacher: teacher + 1 } : undefined;
}

/**
 * Those of the statements `given` that are to be taken in by whoever has `known`: said by people who have a say now. A
 * teacher's words may come with those that make them a teacher. `membership` judges again.
 */
export function withSay(
  room: RoomFounding,
  known: readonly SignedStatement[],
  given: readonly SignedStatement[],
): readonly SignedStatement[] {
  const taken: SignedStatement[] = [];
  let waiting = given;
  for (let before = -1; before !== taken.length;) {
    before = taken.length;
    const state = membership(room, [...known, ...taken]);
    taken.push(...waiting.filter((said) => hasSay(room, state, said)));
    waiting = waiting.filter((said) => !taken.includes(said));
  }
  return taken;
}

/** Whether the one who says this has a say now. */
function hasSay(room: RoomFounding, state: Membership, { statement, author }: SignedStatement): boolean {
  if (statement.room !== room.id) return false;
  if (isFoundersKey(room, statement.by)) return isSayable(author, statement);
  const { subject, role, version } = statement;
  if (author === state.founder || !mayManage(roleOf(state, author)) || mayManage(role)) return false;
  if (subject === state.founder || (subject !== EVERYBODY && state.members.get(subject)?.role === "teacher"))
    return false;
  return version.teacher > 0 && version.founder === (state.versions.get(subject) ?? NEVER).founder;
}

const isFoundersKey = ({ id, founding }: RoomFounding, key: Uint8Array): boolean =>
  founding !== undefined && isFounder(id, founding, key);

/** Nobody founds a room and leaves it to nobody; and not everybody can be a teacher. */
const isSayable = (founder: PeerId, { subject, role }: Statement): boolean =>
  subject !== founder && !(subject === EVERYBODY && mayManage(role));

const isTeaching = ({ subject, role }: Statement): boolean => subject !== EVERYBODY && mayManage(role);

function newest(statements: Iterable<SignedStatement>): Map<Subject, SignedStatement> {
  const found = new Map<Subject, SignedStatement>();
  for (const said of statements) {
    const known = found.get(said.statement.subject);
    if (known === undefined || outranks(said, known)) found.set(said.statement.subject, said);
  }
  return found;
}

function outranks(one: SignedStatement, other: SignedStatement): boolean {
  const [mine, theirs] = [one.statement, other.statement];
  const newer = mine.version.founder - theirs.version.founder || mine.version.teacher - theirs.version.teacher;
  if (newer !== 0) return newer > 0;
  const stronger = ROLES.indexOf(mine.role) - ROLES.indexOf(theirs.role);
  if (stronger !== 0) return stronger < 0;
  return mine.name === theirs.name ? one.author < other.author : mine.name < theirs.name;
}

function collect(founder: PeerId | undefined, inForce: ReadonlyMap<Subject, SignedStatement>): Membership {
  const members = new Map<PeerId, Member>();
  let everybody = OPEN_ROLE;
  for (const [subject, { statement }] of inForce) {
    const { role, name } = statement;
    if (subject === EVERYBODY) everybody = role;
    else members.set(subject, { peer: subject, role, name });
  }
  const versions = new Map([...inForce].map(([subject, { statement }]) => [subject, statement.version] as const));
  return { founder, everybody, members, versions };
}
