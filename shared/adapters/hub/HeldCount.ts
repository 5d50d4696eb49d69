/**
 * Counts the sync frames of one connection, to say truly whether the host holds everything we have.
 * 1. Before we answered the host's question for what it lacks, nothing is known: not held.
 * 2. A frame with content must be among those the host called held.
 * 3. What the host gave us may not be stored yet: only a frame sent after it, once held, covers it.
 */
export class HeldCount {
  #sent = 0;
  #held = 0;
  /** The last frame that must be held. */
  #needed = 0;
  #answered = false;
  #news = false;

  /** Frames so far. */
  get sent(): number {
    return this.#sent;
  }

  /** We sent a frame that asks; it carries nothing to be held. */
  asked(): void {
    this.#sent++;
  }

  /** We sent a frame with content. `answer`: it was the answer to the host's question. */
  gave(answer: boolean): void {
    this.#sent++;
    this.#needed = this.#sent;
    this.#news = false;
    this.#answered ||= answer;
  }

  /** The host gave us something new. */
  received(): void {
    this.#news = true;
  }

  /** We sent a frame only to learn whether what we were given is held. */
  probed(): void {
    this.#sent++;
    this.#needed = this.#sent;
    this.#news = false;
  }

  /** The host says that the first `frames` are held. More than we sent is a mistake of the host and is not believed. */
  held(frames: number): void {
    if (frames <= this.#sent) this.#held = Math.max(this.#held, frames);
  }

  /** Everything the document holds is held, if nothing else is waiting to be sent. */
  get covers(): boolean {
    return this.#answered && !this.#news && this.#held >= this.#needed;
  }

  /** Only a probe can tell whether what the host gave is held. */
  get wantsProbe(): boolean {
    return this.#answered && this.#news;
  }

  /** The host has spoken of holding at all: a stock hub never does. */
  get spoken(): boolean {
    return this.#held > 0;
  }
}
