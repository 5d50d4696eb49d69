import type * as Y from "yjs";
import type { ContentHash } from "../../../base/ids.ts";
import { ms, type Milliseconds } from "../../../base/units.ts";
import { referencedHashes } from "../../../notebook/referencedHashes.ts";
import type { BlobSource, BlobStore } from "../../../ports/BlobStore.ts";
import type { Clock } from "../../../ports/Clock.ts";
import type { Logger } from "../../../ports/Logger.ts";
import type { PeerConnection } from "../chunked/rtc.ts";
import { BlobChannel } from "./BlobChannel.ts";

/**
 * Both sides open this channel by its number, without a word: a stock peer, which would take a second channel for its
 * only one, never sees it. Browsers count their own from 0.
 */
const CHANNEL = { label: "blobs", options: { negotiated: true, id: 64, ordered: true } } as const;
/** Blobs fetched at a time. */
const FETCHES_LIMIT = 4;
/** How long a list of what the notebook mentions is good for, for hashes that are not on it. */
const REFERENCES_AGE: Milliseconds = ms(1_000);

export interface PeerBlobsOptions {
  /** This device's blobs, those of other rooms included. */
  readonly local: BlobStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Blobs of one room, directly between browsers: asks every linked peer, fetches from one that has it, tries the next if
 * it fails. Gives peers what the room's notebook mentions and nothing else: a hash must not be a way to learn what this
 * device keeps for other rooms.
 */
export class PeerBlobs implements BlobSource {
  readonly #options: PeerBlobsOptions;
  readonly #channels = new Set<BlobChannel>();
  readonly #waiting: (() => void)[] = [];
  #fetches = 0;

  constructor(options: PeerBlobsOptions) {
    this.#options = options;
  }

  /** Opens the channel of a link that is being made, in the room whose notebook is `doc`. `mayRead`: what it is now. */
  link(connection: PeerConnection, doc: Y.Doc, mayRead: () => boolean = () => true): void {
    const { local, clock, logger } = this.#options;
    const mentions = new Mentioned(doc, clock);
    const channel = new BlobChannel(connection.createDataChannel(CHANNEL.label, CHANNEL.options), {
      clock,
      has: async (hash) => mayRead() && mentions.has(hash) && local.has(hash),
      read: async (hash) => (mayRead() && mentions.has(hash) ? local.get(hash) : undefined),
      closed: () => this.#channels.delete(channel),
      violated: (why) => logger.warn("a peer gives and gets no more blobs over this link", { why }),
    });
    this.#channels.add(channel);
  }

  async fetch(hash: ContentHash): Promise<Uint8Array | undefined> {
    if (++this.#fetches > FETCHES_LIMIT) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await this.#fetch(hash);
    } finally {
      this.#fetches--;
      this.#waiting.shift()?.();
    }
  }

  async #fetch(hash: ContentHash): Promise<Uint8Array | undefined> {
    const asked = new Map(
      [...this.#channels]
        .filter((channel) => channel.open)
        .map((channel) => [channel, channel.want(hash).then((has) => ({ channel, has }))] as const),
    );
    while (asked.size > 0) {
      const { channel, has } = await Promise.race(asked.values());
      asked.delete(channel);
      const content = has ? await channel.give(hash) : undefined;
      if (content !== undefined) return content;
    }
    return undefined;
  }
}

/** What a notebook mentions, looked up anew only for what is not known to be mentioned. */
class Mentioned {
  readonly #doc: Y.Doc;
  readonly #clock: Clock;
  #hashes: ReadonlySet<ContentHash> = new Set();
  #readAt: number | undefined;

  constructor(doc: Y.Doc, clock: Clock) {
    this.#doc = doc;
    this.#clock = clock;
  }

  has(hash: ContentHash): boolean {
    if (this.#hashes.has(hash)) return true;
    const now = this.#clock.monotonic();
    if (this.#readAt !== undefined && now - this.#readAt < REFERENCES_AGE) return false;
    this.#readAt = now;
    this.#hashes = referencedHashes(this.#doc);
    return this.#hashes.has(hash);
  }
}
