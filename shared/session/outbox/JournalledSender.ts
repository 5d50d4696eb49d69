import type { PeerId, RunId } from "../../base/ids.ts";
import type { RequesterMessage } from "../../jobs/jobMessage.ts";
import type { JobLink } from "../../jobs/link/JobLink.ts";
import type { JobJournal } from "./RunOutbox.ts";

/** Sends what a requester says, tells a journal of offers, and keeps back `rcv` until the end is safe here. */
export class JournalledSender {
  readonly #link: JobLink;
  readonly #journal: JobJournal | undefined;
  readonly #confirming = new Set<RunId>();

  constructor(link: JobLink, journal: JobJournal | undefined) {
    this.#link = link;
    this.#journal = journal;
  }

  /** `life`: the receiver's, as far as it is known. */
  send(to: PeerId, message: RequesterMessage, life: number | undefined): void {
    if (message.type === "offer" && life !== undefined) {
      this.#journal?.offered(message.job, { agent: to, life, asker: this.#link.peer });
    }
    const kept = message.type === "rcv" ? this.#journal?.kept(message.job) : undefined;
    if (kept === undefined || message.type !== "rcv") {
      this.#link.send(to, message);
      return;
    }
    // The agent repeats the end meanwhile.
    if (this.#confirming.has(message.job)) return;
    this.#confirming.add(message.job);
    void kept.then(() => {
      this.#confirming.delete(message.job);
      this.#link.send(to, message);
    });
  }
}
