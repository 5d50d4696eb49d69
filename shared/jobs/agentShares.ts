// Who has a turn at an agent, and how much each may have there: deficit round robin over requesters, whose measure is the
// time their jobs take. Invariants:
// 1. Between requesters that always have something here, the time given differs by no more than their weights ask for
//    and the length of one job. What is late among shorter jobs is paid in parts (LATE, LATE_PART), up to LATE_LIMIT.
//    Jobs that are no longer than everybody's, as far as can be told (isUsual), count alike: their requesters are served
//    equally often, where time would give most to whom this computer happened to hold up least.
// 2. Who has nothing here saves up no time; what was used in advance is paid back, unless one stays away for long.
// 3. A window is at least 1, and all windows together are the slots and INBOX, or one for each requester.

import type { PeerId } from "../base/ids.ts";
import { ms, seconds, type Milliseconds } from "../base/units.ts";

/** So much of a requester's work is to wait here: the next job is at hand when one ends, and little need be recalled. */
const WAITING: Milliseconds = ms(150);
/** Jobs of all requesters together that may wait at an agent. */
export const INBOX = 64;
/** What a job is taken to last before one of its requester's ended. */
const FIRST_GUESS: Milliseconds = ms(20);
/** The mean follows the last jobs: this much of it is the newest. */
const NEWEST = 0.2;
/** Starting a kernel takes a core for about so long; what else it takes, its requester cannot help. */
const START: Milliseconds = ms(100);
/**
 * Times the mean: what takes longer is late, as a rule because this computer does something else. Paid at once, it would
 * keep its requester waiting for seconds where all have short jobs; so each later job pays for it this part of its own time.
 */
const LATE = 2;
const LATE_PART = 0.1;
/** Times what is usual of lateness: so much is this computer's doing, and nobody pays for it. */
const FORGIVEN = 2;
/** More than this is not put off: jobs so long are no exception. */
const LATE_LIMIT: Milliseconds = ms(500);
/** How late jobs are on average follows more slowly than how long they take: few are. */
const NEWEST_LATE = 0.05;
/** Times the mean of all, or a part of it: beyond that no spread makes jobs alike, or who mixes them would gain. */
const USUAL = 2;
/** Times the spread: the mean of the last jobs is as far from the true one now and then. */
const SPREADS = 2;
/** Whose jobs wait behind one of its own, in the same kernel, saves the turns that it misses: so many at most. */
const SAVED_TURNS = 16;
/** One job, however long, costs its requester no more than this much of later turns. */
const LONGEST_DEBT: Milliseconds = seconds(30);
/** Whoever sends a job when the last one ended is away for as long as a message takes: it keeps its share meanwhile. */
const LINGER: Milliseconds = ms(250);
/** The account of a requester that has had no job here for this long is closed. */
const AWAY: Milliseconds = seconds(30);

interface Share {
  /** Milliseconds it may use before others have a turn; below 0, it used them in advance. */
  readonly deficit: number;
  /** How long its jobs take; undefined before the first ended. */
  readonly mean: number | undefined;
  /** By how much its jobs differ from their mean, on average. */
  readonly spread: number;
  /** Milliseconds by which its jobs are late, on average. */
  readonly late: number;
  /** Milliseconds of late jobs that are not paid yet. */
  readonly owed: number;
  readonly seen: Milliseconds;
}

export interface Shares {
  /** In the order of turns. */
  readonly of: ReadonlyMap<PeerId, Share>;
  readonly last: PeerId | undefined;
  /** How long jobs take, and by how much they are late: of the requester in the middle, so that none makes it alone. */
  readonly usual: number | undefined;
  readonly usualLate: number;
  /** Turns of some requesters count more: 2 is twice the time of everybody else. */
  readonly weights: ReadonlyMap<PeerId, number>;
}

export const createShares = (weights: ReadonlyMap<PeerId, number> = new Map()): Shares => ({
  of: new Map(),
  last: undefined,
  usual: undefined,
  usualLate: 0,
  weights,
});

/** Notes that a requester is here with a job. */
export function admit(shares: Shares, requester: PeerId, at: Milliseconds): Shares {
  const known = shares.of.get(requester);
  if (known !== undefined) return { ...shares, of: new Map(shares.of).set(requester, { ...known, seen: at }) };
  const of = new Map([...shares.of].filter(([, { seen }]) => at - seen < AWAY));
  return { ...shares, of: of.set(requester, { deficit: 0, mean: undefined, spread: 0, late: 0, owed: 0, seen: at }) };
}

/** Requesters at the moment in which a slot is free. */
export interface Claims {
  /** Have something to start. */
  readonly waiting: ReadonlySet<PeerId>;
  /** Have something that waits or executes. Who executes has its share of the rounds too, or a deep queue would pay. */
  readonly active: ReadonlySet<PeerId>;
  /** True for who has something that waits, also where it cannot be started now. */
  readonly hasMore: (peer: PeerId) => boolean;
  readonly at: Milliseconds;
}

export interface TurnTaken {
  readonly since: Milliseconds;
  readonly cost: Milliseconds;
}

export interface Turn {
  readonly requester: PeerId;
  readonly cost: Milliseconds;
  readonly shares: Shares;
}

/** Whose turn it is among those that have something to start, and the shares after it was given. */
export function takeTurn(shares: Shares, { waiting, active, hasMore, at }: Claims): Turn | undefined {
  const order = inTurn(shares).filter((peer) => active.has(peer) || at - (shares.of.get(peer)?.seen ?? 0) < LINGER);
  let fewest = Infinity;
  let winner = -1;
  for (const [place, peer] of order.entries()) {
    const rounds = waiting.has(peer) ? roundsUntil(shares, peer) : Infinity;
    if (rounds < fewest) [fewest, winner] = [rounds, place];
  }
  const requester = order[winner];
  if (requester === undefined) return undefined;
  const of = new Map(shares.of);
  for (const [peer, share] of of) {
    const place = order.indexOf(peer);
    const turns = place < 0 ? 0 : hasMore(peer) ? SAVED_TURNS : 1;
    const most = waiting.has(peer) ? Infinity : turns * costOf(shares, peer);
    // A turn goes round: those behind the winner have not had this round's yet.
    const had = place < 0 ? 0 : place <= winner ? fewest : Math.max(0, fewest - 1);
    of.set(peer, { ...share, deficit: Math.min(most, share.deficit + had * weightOf(shares, peer)) });
  }
  const cost = costOf(shares, requester);
  const share = of.get(requester);
  if (share !== undefined) of.set(requester, { ...share, deficit: share.deficit - cost });
  return { requester, cost, shares: { ...shares, of, last: requester } };
}

/** A job that was charged `cost` when it began at `since` has ended. */
export function settleTurn(before: Shares, requester: PeerId, job: TurnTaken, at: Milliseconds): Shares {
  const time = at - job.since;
  const share = before.of.get(requester);
  if (share === undefined) return before;
  const late = Math.max(0, time - LATE * (share.mean ?? FIRST_GUESS));
  const putOff = Math.min(late, LATE_LIMIT - share.owed);
  const charged = Math.max(1, time - putOff);
  const next = { ...share, ...learn(share, { time, charged, late }), seen: at };
  const shares = withUsual({ ...before, of: new Map(before.of).set(requester, next) });
  const cost = isUsual(shares, next) ? (shares.usual ?? charged) : charged;
  const part = Math.min(share.owed, LATE_PART * cost);
  const deficit = Math.max(-1 * LONGEST_DEBT, share.deficit + job.cost - cost - part);
  const owed = Math.max(0, share.owed + putOff - part - FORGIVEN * shares.usualLate);
  return { ...shares, of: new Map(shares.of).set(requester, { ...next, deficit, owed }) };
}

/** Of the first job of a requester nobody knows whether it is late. */
function learn(
  { mean, spread, late }: Share,
  job: { readonly time: number; readonly charged: number; readonly late: number },
) {
  if (mean === undefined) return { mean: job.time, spread: 0, late: 0 };
  const next = follow(mean, job.charged, NEWEST);
  return {
    mean: next,
    spread: follow(spread, Math.abs(job.charged - next), NEWEST),
    late: follow(late, job.late, NEWEST_LATE),
  };
}

function withUsual(shares: Shares): Shares {
  const all = [...shares.of.values()].filter(({ mean }) => mean !== undefined);
  const middle = (of: (share: Share) => number): number | undefined =>
    all.map(of).sort((one, other) => one - other)[Math.floor((all.length - 1) / 2)];
  return { ...shares, usual: middle(({ mean }) => mean ?? 0), usualLate: middle(({ late }) => late) ?? 0 };
}

const follow = (mean: number, value: number, newest: number): number => mean * (1 - newest) + value * newest;

/** These jobs differ from everybody's by no more than chance makes of how they differ among themselves. */
function isUsual({ usual }: Shares, { mean, spread }: Pick<Share, "mean" | "spread">): boolean {
  if (usual === undefined || mean === undefined || mean > USUAL * usual || mean * USUAL < usual) return false;
  return Math.abs(mean - usual) <= SPREADS * spread;
}

/** A kernel was started for a requester's job. */
export function chargeStart(shares: Shares, requester: PeerId): Shares {
  return giveBackTurn(shares, requester, ms(-1 * START));
}

/** A job that was charged `cost` did not begin. */
export function giveBackTurn(shares: Shares, requester: PeerId, cost: Milliseconds): Shares {
  const share = shares.of.get(requester);
  if (share === undefined) return shares;
  return { ...shares, of: new Map(shares.of).set(requester, { ...share, deficit: share.deficit + cost }) };
}

/** How many jobs a requester may have here at a time, when `active` have any. */
export function windowOf(
  shares: Shares,
  requester: PeerId,
  { slots, active }: { slots: number; active: number },
): number {
  const everybody = Math.max(1, active);
  const part = Math.max(1, Math.floor(slots / everybody));
  const mean = shares.of.get(requester)?.mean;
  const waiting = mean === undefined ? 0 : Math.floor((part * WAITING) / Math.max(1, mean));
  return Math.max(1, Math.min(part + waiting, Math.floor((slots + INBOX) / everybody)));
}

/** From the one after the last that had a turn. */
function inTurn({ of, last }: Shares): readonly PeerId[] {
  const all = [...of.keys()];
  const after = last === undefined ? 0 : all.indexOf(last) + 1;
  return [...all.slice(after), ...all.slice(0, after)];
}

/** Each round gives a millisecond times the weight: jobs take turns one by one, and no round is ever walked. */
function roundsUntil(shares: Shares, peer: PeerId): number {
  const missing = costOf(shares, peer) - (shares.of.get(peer)?.deficit ?? 0);
  return Math.max(0, Math.ceil(missing / weightOf(shares, peer)));
}

const costOf = (shares: Shares, peer: PeerId): Milliseconds => {
  const share = shares.of.get(peer);
  const usual = share !== undefined && isUsual(shares, share) ? shares.usual : undefined;
  return ms(Math.max(1, Math.min(usual ?? share?.mean ?? FIRST_GUESS, LONGEST_DEBT)));
};
const weightOf = ({ weights }: Shares, peer: PeerId): number => weights.get(peer) ?? 1;
