import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import type { KernelId } from "#shared/base/ids.ts";
import { isRecord } from "#shared/base/parse.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { RunnerInit, RunnerRequest } from "#shared/contracts/page/runnerFrame.ts";
import type { Clock } from "#shared/ports/Clock.ts";

/** How often a frame with kernels is asked whether it lives. */
const PING_EVERY: Milliseconds = seconds(1);
/** A frame only passes messages on; one that is silent for this long is dead. */
const PONG_LIMIT: Milliseconds = seconds(2);
/** Asked again after a silence: a laptop that slept wakes up with its timers overdue. */
const SILENCES_ALLOWED = 1;

/** The port to a runner frame that has greeted: starts and stops its workers and notices its death. */
export class FrameLink {
  readonly #frame: HTMLIFrameElement;
  readonly #clock: Clock;
  readonly #port: MessagePort;
  readonly #closed = new Emitter<undefined>();
  /** Kernel → what to tell it when its worker stops by itself. */
  readonly #kernels = new Map<string, (reason: string) => void>();
  #timer: Dispose | undefined;
  #nonce = 0;
  #silences = 0;
  #isClosed = false;

  constructor(frame: HTMLIFrameElement, clock: Clock) {
    this.#frame = frame;
    this.#clock = clock;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.addEventListener("message", (event: MessageEvent<unknown>) => this.#receive(event.data));
    port1.addEventListener("close", () => this.close("the process that runs code has ended"));
    port1.start();
    const init: RunnerInit = { type: "meshbook-runner-init" };
    // The frame's origin is opaque, so it cannot be named as the target; the port goes to this window only.
    frame.contentWindow?.postMessage(init, "*", [port2]);
  }

  /** Starts a worker and gives it `port`. `onStopped` is called once, if it stops without being asked to. */
  start(kernel: KernelId, port: MessagePort, onStopped: (reason: string) => void): void {
    if (this.#isClosed) {
      onStopped("the frame that runs code has ended");
      return;
    }
    this.#kernels.set(kernel, onStopped);
    this.#ask({ type: "start", kernel }, [port]);
    this.#timer ??= this.#clock.after(PING_EVERY, () => this.#ping());
  }

  stop(kernel: KernelId): void {
    if (this.#kernels.delete(kernel)) this.#ask({ type: "stop", kernel });
  }

  /** Interrupts a kernel's execution, if it is the one with this number and memory can be shared here. */
  interrupt(kernel: KernelId, turn: number): void {
    this.#ask({ type: "interrupt", kernel, turn });
  }

  /** The line for which a kernel sleeps; undefined refuses. */
  answer(kernel: KernelId, text: string | undefined): void {
    this.#ask({ type: "answer", kernel, ...(text === undefined ? {} : { text }) });
  }

  onClosed(listener: () => void): Dispose {
    return this.#closed.subscribe(listener);
  }

  /** Removes the frame, and with it every worker. */
  close(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.();
    this.#port.close();
    this.#frame.remove();
    const stopped = [...this.#kernels.values()];
    this.#kernels.clear();
    this.#closed.emit(undefined);
    for (const tell of stopped) tell(reason);
  }

  #ask(request: RunnerRequest, transfer: Transferable[] = []): void {
    if (!this.#isClosed) this.#port.postMessage(request, transfer);
  }

  #receive(event: unknown): void {
    if (!isRecord(event)) return;
    if (event["type"] === "pong" && event["nonce"] === this.#nonce) this.#heard();
    if (event["type"] !== "stopped" || typeof event["kernel"] !== "string") return;
    const tell = this.#kernels.get(event["kernel"]);
    this.#kernels.delete(event["kernel"]);
    tell?.(typeof event["message"] === "string" ? event["message"] : "");
  }

  #heard(): void {
    this.#silences = 0;
    this.#timer?.();
    // A frame without kernels may be dead unnoticed: the next start finds out.
    this.#timer = this.#kernels.size === 0 ? undefined : this.#clock.after(PING_EVERY, () => this.#ping());
  }

  #ping(): void {
    this.#ask({ type: "ping", nonce: ++this.#nonce });
    this.#timer = this.#clock.after(PONG_LIMIT, () => {
      if (++this.#silences > SILENCES_ALLOWED) this.close("the process that runs code does not answer");
      else this.#ping();
    });
  }
}
