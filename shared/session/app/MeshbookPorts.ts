import type { RoomId } from "../../base/ids.ts";
import type { Readable } from "../../base/value.ts";
import type { HostInfo } from "../../contracts/host/hubProtocol.ts";
import type { HubMode } from "../../contracts/host/sealedHub.ts";
import type { AccessBoard } from "../../ports/AccessBoard.ts";
import type { AskedRunStore } from "../../ports/AskedRunStore.ts";
import type { BlobSource, BlobStore } from "../../ports/BlobStore.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { Deflater } from "../../ports/Deflater.ts";
import type { DocSource } from "../../ports/DocSource.ts";
import type { HistoryStore } from "../../ports/HistoryStore.ts";
import type { HostHistory } from "../../ports/HostHistory.ts";
import type { Host } from "../../ports/Host.ts";
import type { JobTransport, LastWill } from "../../ports/JobTransport.ts";
import type { LendingPorts } from "../../ports/LendingPorts.ts";
import type { LibraryStore } from "../../ports/LibraryStore.ts";
import type { Logger } from "../../ports/Logger.ts";
import type { RoomRules } from "../../ports/RoomRules.ts";
import type { Settings } from "../../ports/Settings.ts";
import type { Signer } from "../../ports/Signer.ts";
import type { Tracer } from "../../ports/Tracer.ts";
import type { RoomLink, RoomRef } from "../../rooms/roomLink.ts";
import type { KernelPool } from "../KernelPool.ts";
import type { NotebookPins } from "./notebookPins.ts";

/** Everything the application needs of its surroundings. One `compose…` file per host makes it. */
export interface MeshbookPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: Settings;
  readonly host: Host;
  readonly library: LibraryStore;
  /** This device's key: who we are to others. */
  readonly signer: Signer;
  /** Origin of the class host that served this page; undefined in the desktop app. */
  readonly pageBase: string | undefined;
  /** Protocol abilities to show in presence. */
  readonly capabilities: readonly string[];

  /** Storage of a room's document on this device. */
  disk(room: RoomId): DocSource;
  /** Ways to the others in a room, through the class host at `base`; ways past it keep to the rules themselves. */
  networks(room: RoomRef, base: string, ours: RoomMember): RoomNetworks;
  /** The hub alone: enough for the directory of a class, whose host is always its centre. */
  hub(room: RoomRef, base: string): DocSource;
  /** Blobs of a room: on this device, at the class host if there is one, and with those linked by `networks`. */
  blobs(room: RoomRef, base: string | undefined, networks: RoomNetworks | undefined): RoomBlobs;
  /** New kernels for one open notebook, whose cells import what it has pinned. `base`: of its class host, if it has one. */
  kernels(pins: NotebookPins, base: string | undefined): KernelPool;
  readonly jobs: JobPorts;
  /** What kernels of this page can be lent to the class by; undefined where they cannot. */
  readonly lending?: LendingPorts;
  readonly history: HistoryPorts;
  /** Resolves when the page is quiet: what is not needed to read and write waits for it. */
  idle(): Promise<void>;
  /** Facts about a class host; undefined if it does not answer now. */
  hostInfo(base: string): Promise<HostInfo | undefined>;
  /** Leaves this page for one of another host. */
  visit(link: string): void;
  /** Told when a notebook is made, taken in or opened: asks the browser, once per device, not to clear our storage. */
  keepStorage(): void;
  /** Storage was cleared while the page was open: stores again who this device is, and its settings. Never rejects. */
  keepAgain?(): void;
}

/** Where histories of notebooks are. */
export interface HistoryPorts {
  /** On this device. */
  readonly store: HistoryStore;
  readonly deflater: Deflater;
  /** At the class host at `base`. */
  readonly host: (room: RoomId, base: string) => HostHistory;
}

/** This device in a room. */
export interface RoomMember {
  /** What we call ourselves there. */
  readonly name: () => string;
  readonly rules: RoomRules;
  /** True: the class's host is blind, whatever it says. False: it is as it says. */
  readonly hostIsBlind: boolean;
}

export interface RoomNetworks {
  readonly sources: readonly DocSource[];
  /** Ends of the direct links that work now, as peers name them in presence. */
  readonly links: Readable<ReadonlySet<string>>;
  /** Another window of this device, or a peer that is a relay, is linked to others for us, and tells who has left. */
  readonly led: Readable<boolean>;
  /** Where the host keeps who may do what; undefined where nobody does. */
  readonly access?: AccessBoard;
  /** Whether the host is blind; undefined where hosts never are. */
  readonly hubMode?: Readable<HubMode>;
  /** Blobs that are with those linked. */
  readonly blobs?: BlobSource;
}

export interface RoomBlobs extends BlobStore {
  /** The host can be reached again. */
  wake(): void;
  close(): void;
}

export interface JobPorts {
  /**
   * The identity jobs are asked for under: this device's, or a passing one when another window of this device has the
   * connection already (a broker knows each identity once).
   */
  identity(): Promise<Signer>;
  /** Connects to the broker of the class as the device with that key. */
  connect(room: RoomLink, signer: Signer, will: LastWill): JobTransport;
  /** What was asked for, beyond the life of this page. */
  readonly asked: AskedRunStore;
  /** Where spans of jobs in the class of that host go; undefined where nobody wants them, or it does not answer. Never rejects. */
  tracer?(base: string): Promise<Tracer | undefined>;
  /** Runs its argument when what happens now is over. */
  readonly afterTurn: (callback: () => void) => void;
}
