// The direct links of a page, beneath the program on it: what a member can do who has written a program of his own.

import type { BrowserContext, Page } from "playwright";

/** Runs in the page before anything else: keeps every connection, and lets nothing of the page close one. */
function keepLinks(stubborn: boolean): void {
  const channels: RTCDataChannel[] = [];
  const answers = new Map<RTCDataChannel, number>();
  const keep = (channel: RTCDataChannel): void => {
    if (channel.label === "blobs") return;
    channels.push(channel);
    channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      const [type, kind] = data instanceof ArrayBuffer ? new Uint8Array(data) : [];
      if (type === 0 && kind === 1) answers.set(channel, (answers.get(channel) ?? 0) + 1);
    });
  };
  const Native = RTCPeerConnection;
  // Not a subclass that overrides `createDataChannel`: the program sets its own on the instance, above the prototype's.
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener("datachannel", ({ channel }) => keep(channel));
    }

    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, options);
      keep(channel);
      return channel;
    }

    override close(): void {
      if (!stubborn) super.close();
    }
  };
  if (stubborn) RTCDataChannel.prototype.close = () => undefined;
  const open = (): RTCDataChannel[] => channels.filter(({ readyState }) => readyState === "open");
  const raw = {
    count: () => open().length,
    send: (messages: readonly (readonly number[])[]) => {
      for (const channel of open()) for (const message of messages) channel.send(new Uint8Array(message));
    },
    answers: () => open().map((channel) => answers.get(channel) ?? 0),
  };
  Object.assign(window, { raw });
}

type Message = readonly number[];

export class RawLinks {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** To be called before the page is opened. `stubborn`: the page ends no link itself, whatever it is told. */
  static async watch(context: BrowserContext, page: Page, stubborn = false): Promise<RawLinks> {
    await context.addInitScript(keepLinks, stubborn);
    return new RawLinks(page);
  }

  /** Links that work. */
  count(): Promise<number> {
    return this.#page.evaluate(() => (window as unknown as { raw: { count(): number } }).raw.count());
  }

  /** Sends these bytes over every link, as they are. */
  send(messages: readonly Message[]): Promise<void> {
    return this.#page.evaluate(
      (given) => (window as unknown as { raw: { send(messages: readonly Message[]): void } }).raw.send(given),
      messages,
    );
  }

  /** How often the other end of each link has answered a question for the document. */
  answers(): Promise<readonly number[]> {
    return this.#page.evaluate(() => (window as unknown as { raw: { answers(): number[] } }).raw.answers());
  }
}
