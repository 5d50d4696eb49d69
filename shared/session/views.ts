// What the interface shows of a session, as plain immutable data.

import type { PeerId, RoomId, RunId } from "../base/ids.ts";
import type { Milliseconds, UnixMs } from "../base/units.ts";
import type { CellOutput } from "../notebook/output.ts";
import type { AgentLabels, Labelled } from "../ports/agentLabels.ts";
import type { SourceKind, SourceStatus } from "../ports/DocSource.ts";
import type { KernelWait } from "../ports/Kernel.ts";
import type { KernelPlace } from "../ports/KernelPlace.ts";
import type { Role } from "../rooms/access/role.ts";
import type { Presence } from "../presence/presence.ts";

/** What is true at this instant about where the document is. Each `true` is a promise. */
export interface SyncView {
  /** Everything, as it stands now, is stored durably on this device. */
  readonly saved: boolean;
  /** The class host stores everything as it stands now; undefined when the notebook has no class host. */
  readonly heldByHost: boolean | undefined;
  /** Peers that are here now, and how many of them show the same document digest as ours. */
  readonly seen: { readonly by: number; readonly of: number };
  /** Parts have arrived that build on parts that have not: more is on the way or was lost. */
  readonly incomplete: boolean;
  readonly sources: readonly { readonly kind: SourceKind; readonly status: SourceStatus }[];
}

/** Who may do what in a notebook, as far as this device knows. */
export interface AccessView {
  /** What this device may do. */
  readonly role: Role;
  /** What whoever has the link may do, if nothing is said about them. */
  readonly everybody: Role;
  /** Not everybody with the link may edit. */
  readonly restricted: boolean;
  /** Who made the notebook; undefined while unknown, or where nobody did (see shared/rooms/founding.ts). */
  readonly founder: PeerId | undefined;
  /**
   * True where a class host keeps to it, and on direct links whoever receives. Without a host nobody made rules: whoever
   * has a copy can do everything with it.
   */
  readonly enforced: boolean;
  /** The host stores and passes on only what is sealed. */
  readonly blind: boolean;
  /** This device may say who may do what. */
  readonly manages: boolean;
  /** This device may make and unmake teachers. */
  readonly appoints: boolean;
  /** Devices about which something was said; to teachers also those that came with the link. Without the founder. */
  readonly members: readonly MemberView[];
  /** Why the host did not take what this computer has and it has not, for people: a change of ours, or one of others. */
  readonly refused: string | undefined;
  /** The key in the link is not this notebook's: direct links, rules and a new key do not work with it. */
  readonly wrongKey: boolean;
}

export interface MemberView {
  readonly peer: PeerId;
  readonly name: string;
  readonly role: Role;
  /** False for a device that has only come with the link. */
  readonly named: boolean;
  /** Connected to the host now; known to teachers only. */
  readonly here: boolean;
}

/** Somebody else who has this notebook open. */
export interface PeerView {
  readonly clientId: number;
  readonly presence: Presence;
  readonly identity: Identity;
}

/**
 * What is known of who a peer is. `proven`: its device signed that it is shown here by this name. `claimed`: anybody with
 * the link could show that name. `checking`: known in a moment.
 */
export type Identity = "proven" | "claimed" | "checking";

/** Where a cell is to run. */
export type Placement =
  | { readonly at: "here" }
  | { readonly at: "agent"; readonly agent: PeerId }
  /** `labels`: what that agent must say of itself. */
  | { readonly at: "any"; readonly labels?: AgentLabels }
  /** Once on every agent that is here and fits. */
  | { readonly at: "everybody" };

export interface ExecuteOptions {
  /** True: cells are executed even where their result is kept. */
  readonly anew?: boolean;
}

/** An agent of the class that can run cells now. */
export interface AgentView extends Labelled {
  readonly peer: PeerId;
  readonly name: string;
  readonly languages: readonly string[];
  readonly slots: number;
  readonly freeSlots: number;
  /** 3: process + operating-system sandbox; 2: process sandbox; 1: own code only. */
  readonly isolationLevel: 1 | 2 | 3;
  /** It takes no more cells and is about to leave. */
  readonly draining?: true;
  /** It takes no jobs of this device. */
  readonly refuses?: true;
  /** Jobs that ended there within the minute before it last told; older agents tell nothing. */
  readonly recent?: number;
  /** Median of how long it took to answer our last offers; undefined before the first. */
  readonly dispatch?: Milliseconds;
}

/** What goes on in a cell now. What was, stands in its run record. */
export type CellActivity =
  | { readonly state: "idle" }
  | { readonly state: "queued"; readonly run: RunId; readonly ahead: number; readonly where: string }
  | {
      readonly state: "running";
      readonly run: RunId;
      readonly since: UnixMs;
      /** "here" or the agent's name. */
      readonly where: string;
      /** Outputs so far; of runs by others none: those stand in the document (notebook/outputsSoFar.ts). */
      readonly outputs: readonly CellOutput[];
      /** True for our own runs: they can be stopped here. */
      readonly mine: boolean;
      /** What one of our own runs waits for: a language that starts, a line of text from the user. */
      readonly waits?: KernelWait | undefined;
      /** Where one of our own runs is that any agent may do. */
      readonly place?: KernelPlace | undefined;
      /** Who runs it, for runs by others. */
      readonly by: string;
    };

/** A notebook on the shelf of this device, or in the directory of the class. */
export interface NotebookCard {
  readonly room: RoomId;
  readonly title: string;
  readonly opened: UnixMs | undefined;
  /** `device`: nobody else has it. `shared`: whoever has the link. `class`: everybody in the class sees it listed. */
  readonly place: "device" | "shared" | "class";
  readonly removed: boolean;
}

export interface LibraryView {
  /** `failed`: storage on this device is not available; the message says what that means and what to do. */
  readonly state: "loading" | "ready" | "failed";
  readonly message: string;
  readonly notebooks: readonly NotebookCard[];
}

/** The class this device has joined. */
export interface ClassView {
  readonly base: string;
  readonly name: string;
  readonly connected: boolean;
  readonly agents: readonly AgentView[];
  /** What answers is the host of another class, or the invitation was copied wrongly. */
  readonly isOther?: true;
  /** It is not known yet who is here: `agents` is empty. */
  readonly looking?: true;
  /** The class's broker, which knows who is here, cannot be reached or lets this page not in, though the class host answers. */
  readonly brokerAway?: true;
}
