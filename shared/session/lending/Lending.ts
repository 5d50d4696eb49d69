import type { Dispose } from "../../base/dispose.ts";
import { messageOf } from "../../base/errors.ts";
import { seconds, type Milliseconds } from "../../base/units.ts";
import { Value, type Readable } from "../../base/value.ts";
import type { CellLanguage } from "../../ports/Kernel.ts";
import type { LendingPorts } from "../../ports/LendingPorts.ts";
import type { RoomLink } from "../../rooms/roomLink.ts";
import type { MeshbookPorts } from "../app/MeshbookPorts.ts";
import type { ClassPerson } from "./classPeople.ts";
import type { Lender, LendingTerms, LendingView } from "./lendingView.ts";
import type { Lent } from "./openLent.ts";
import { isTooLow, type Power } from "./power.ts";

/** What runs may go on for this long after "Stop": its user wants the computer back. */
export const LENT_DRAIN: Milliseconds = seconds(5);
export interface LendingClass {
  /** The class it is lent to. */
  readonly room: () => RoomLink | undefined;
  /** What its user is called there. */
  readonly name: () => string;
  /** Who is in the class now, to choose from. */
  readonly people: () => readonly ClassPerson[];
}

const OFF: LendingView = { state: "off", problem: "" };
const UNKNOWN_POWER = new Value<Power | undefined>(undefined);

/**
 * Lends the kernels of this page to the class: an agent like any (JobAgent), which lives as long as the page. Off until
 * somebody turns it on, each time: nothing of it is remembered. On battery it pauses where it was told to: the agent then
 * leaves, as for a stop, and another comes when the computer is plugged in.
 */
export class Lending implements Lender {
  readonly #ports: MeshbookPorts;
  readonly #lending: LendingPorts;
  readonly #view = new Value<LendingView>(OFF);
  readonly #room: () => RoomLink | undefined;
  readonly #name: () => string;
  readonly people: () => readonly ClassPerson[];
  #lent: Lent | undefined;
  /** One that was paused, and in which something may still run for a moment. */
  #leaving: Lent | undefined;
  #stopWatching: Dispose = () => undefined;
  /** Of those that start; an older one that comes late is not wanted any more. */
  #turn = 0;

  constructor(ports: MeshbookPorts, lending: LendingPorts, { room, name, people }: LendingClass) {
    this.people = people;
    this.#ports = ports;
    this.#lending = lending;
    this.#room = room;
    this.#name = name;
  }

  get view(): Readable<LendingView> {
    return this.#view;
  }

  get mostSlots(): number {
    return this.#lending.mostSlots;
  }

  get languages(): readonly CellLanguage[] {
    return this.#lending.languages;
  }

  get power(): Readable<Power | undefined> {
    return this.#lending.power ?? UNKNOWN_POWER;
  }

  /** Does nothing where it is on already, or outside a class. */
  async start(terms: LendingTerms): Promise<void> {
    if (this.#room() === undefined || this.#view.get().state !== "off") return;
    this.#stopWatching = this.power.subscribe(() => this.#followPower());
    await this.#begin(terms);
  }

  async #begin(terms: LendingTerms): Promise<void> {
    const room = this.#room();
    const power = this.power.get();
    if (room === undefined) await this.end();
    else if (isTooLow(power, terms.pauseBelow)) this.#view.set({ state: "paused", terms, level: power.level });
    else await this.#join(room, terms);
  }

  async #join(room: RoomLink, terms: LendingTerms): Promise<void> {
    const turn = ++this.#turn;
    this.#view.set({ state: "starting", terms, running: 0, ended: 0 });
    try {
      const lent = await this.#open(room, terms);
      if (turn !== this.#turn) {
        await this.#close(lent);
        return;
      }
      this.#lent = lent;
      this.#show(lent, "on", terms);
      // It may have been unplugged meanwhile.
      this.#followPower();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#stopWatching();
      this.#view.set({ state: "off", problem: messageOf(error) });
    }
  }

  #followPower(): void {
    const view = this.#view.get();
    const power = this.power.get();
    if (view.state !== "on" && view.state !== "paused") return;
    const tooLow = isTooLow(power, view.terms.pauseBelow);
    if (view.state === "paused" && !tooLow) void this.#begin(view.terms);
    else if (tooLow) this.#pause(view.terms, power.level);
  }

  /** Or says again how little is left. What runs is given a moment, as by a stop. */
  #pause(terms: LendingTerms, level: number): void {
    const lent = this.#lent;
    this.#lent = undefined;
    this.#view.set({ state: "paused", terms, level });
    if (lent !== undefined) void this.#leave(lent);
  }

  async #leave(lent: Lent): Promise<void> {
    this.#leaving = lent;
    await lent.agent.drain(LENT_DRAIN);
    if (this.#leaving === lent) this.#leaving = undefined;
    await this.#close(lent);
  }

  /** Takes nothing more, gives back what has not started, lets what runs end for `LENT_DRAIN`. A second time: at once. */
  async stop(): Promise<void> {
    const view = this.#view.get();
    const lent = this.#lent;
    if (view.state === "off") return;
    if (lent === undefined || view.state === "stopping") {
      await this.end();
      return;
    }
    this.#stopWatching();
    this.#show(lent, "stopping", view.terms);
    await lent.agent.drain(LENT_DRAIN);
    if (this.#lent !== lent) return;
    this.#lent = undefined;
    this.#view.set(OFF);
    await this.#close(lent);
  }

  /** At once: what runs is stopped, and goes elsewhere or is told as interrupted. */
  async end(): Promise<void> {
    const open = [this.#lent, this.#leaving].filter((lent) => lent !== undefined);
    this.#turn++;
    this.#stopWatching();
    [this.#lent, this.#leaving] = [undefined, undefined];
    this.#view.set(OFF);
    await Promise.all(open.map((lent) => this.#close(lent)));
  }

  /** The page is being unloaded: others know at once, and what they asked for goes elsewhere. */
  unload(): void {
    this.#lent?.link.leave();
    this.#leaving?.link.leave();
  }

  async #open(room: RoomLink, terms: LendingTerms): Promise<Lent> {
    // Few lend, and an agent is much code.
    const { openLent } = await import("./openLent.ts");
    const lent = await openLent({ ports: this.#ports, lending: this.#lending, room, terms, name: this.#name() });
    const follow = (): void => {
      const view = this.#view.get();
      if (view.state !== "off" && view.state !== "paused" && this.#lent === lent)
        this.#show(lent, view.state, view.terms);
    };
    // They live as long as what they follow.
    lent.kernels.running.subscribe(follow);
    lent.kernels.ended.subscribe(follow);
    return lent;
  }

  #show({ kernels }: Lent, state: "starting" | "on" | "stopping", terms: LendingTerms): void {
    this.#view.set({ state, terms, running: kernels.running.get(), ended: kernels.ended.get() });
  }

  async #close({ agent, kernels }: Lent): Promise<void> {
    await agent.close();
    kernels.close();
  }
}
