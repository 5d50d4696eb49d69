// What the class host says of who may do what, in every tab: where the hub's connection is, it is told by that; elsewhere by
// the tab that leads, in the hub's frames. What a tab without a connection has to say, the one that leads says for it: both
// are the same device. Lives as long as what it listens to.

import { HostWords } from "#shared/adapters/hub/HostWords.ts";
import type { HubAccess } from "#shared/adapters/hub/HubAccess.ts";
import { accessFrame, cardsFrame, devicesFrame, notesFrame, refusedFrame } from "#shared/adapters/hub/accessFrames.ts";
import { readHubFrame } from "#shared/adapters/hub/hubFrames.ts";
import type { Value } from "#shared/base/value.ts";
import type { HubMode } from "#shared/contracts/host/sealedHub.ts";
import type { AccessBoard } from "#shared/ports/AccessBoard.ts";
import type { TabWords } from "./tabMessage.ts";
import type { TabsDocSource } from "./TabsDocSource.ts";

export class TabAccess extends HostWords implements AccessBoard {
  readonly #hub: HubAccess;
  readonly #mode: Value<HubMode>;
  readonly #tabs: TabsDocSource;

  /** `hub`, `mode`: of this tab's own connection. What other tabs know of `mode` is known here, too. */
  constructor(hub: HubAccess, mode: Value<HubMode>, tabs: TabsDocSource) {
    super();
    this.#hub = hub;
    this.#mode = mode;
    this.#tabs = tabs;
    const { told, devices, refused, cards, notes } = hub;
    told.subscribe(() => this.#hubTold());
    devices.subscribe(() => this.#pass(this.devices, devices.get(), devicesFrame(devices.get())));
    refused.subscribe(() => this.#pass(this.refused, refused.get(), refusedFrame(refused.get() ?? "")));
    cards.subscribe(() => this.#pass(this.cards, cards.get(), cardsFrame(cards.get())));
    notes.subscribe(() => this.#pass(this.notes, notes.get(), notesFrame(notes.get())));
    mode.subscribe(() => this.#tellMode());
    tabs.onWords((words) => this.#hear(words));
    tabs.onArrival(() => this.#tellAll());
  }

  publish(founding: Uint8Array, statements: readonly Uint8Array[]): void {
    if (this.#follows) this.#tabs.say({ type: "say", frame: accessFrame(founding, statements) });
    else this.#hub.publish(founding, statements);
  }

  publishNotes(notes: readonly Uint8Array[]): boolean {
    if (!this.#follows) return this.#hub.publishNotes(notes);
    this.#tabs.say({ type: "say", frame: notesFrame(notes) });
    return true;
  }

  /** Another tab has the connection. */
  get #follows(): boolean {
    const { leads, answers, told } = this.#tabs;
    return !leads.get() && answers.get() && told.get().get("hub")?.status.state === "connected";
  }

  #hubTold(): void {
    const told = this.#hub.told.get();
    if (told !== undefined) this.#pass(this.told, told, accessFrame(told.founding, told.statements));
  }

  #pass<T>(value: Value<T>, now: T, frame: Uint8Array): void {
    if (this.#tabs.leads.get()) this.#tabs.say({ type: "access", frame });
    value.set(now);
  }

  #tellMode(): void {
    if (this.#tabs.leads.get()) this.#tabs.say({ type: "mode", mode: this.#mode.get() });
  }

  /** For a tab that has just come. */
  #tellAll(): void {
    if (!this.#tabs.leads.get()) return;
    this.#tellMode();
    const told = this.told.get();
    if (told === undefined) return;
    const reason = this.refused.get() ?? "";
    const frames = [
      ...[accessFrame(told.founding, told.statements), devicesFrame(this.devices.get())],
      ...[cardsFrame(this.cards.get()), notesFrame(this.notes.get()), refusedFrame(reason)],
    ];
    for (const frame of frames) this.#tabs.say({ type: "access", frame });
  }

  #hear(words: TabWords): void {
    const leads = this.#tabs.leads.get();
    if (words.type === "mode" && !leads && this.#mode.get() !== "sealed") this.#mode.set(words.mode);
    if (words.type === "say" && leads) this.#sayForTab(words.frame);
    if (words.type === "access" && !leads) this.#hearLeader(words.frame);
  }

  #sayForTab(bytes: Uint8Array): void {
    const frame = readHubFrame(bytes);
    if (frame?.type === "access") this.#hub.publish(frame.founding ?? new Uint8Array(), frame.statements);
    if (frame?.type === "notes") this.#hub.publishNotes(frame.notes);
  }

  /** A tab of another version may say what is not understood here. */
  #hearLeader(bytes: Uint8Array): void {
    const frame = readHubFrame(bytes);
    switch (frame?.type) {
      case "access":
        this.told.set({ founding: frame.founding, statements: frame.statements });
        return;
      case "refused":
        this.refused.set(frame.reason === "" ? undefined : frame.reason);
        return;
      case "devices":
      case "cards":
      case "notes":
        this.takeList(frame);
        return;
      default:
        return;
    }
  }
}
