import { describe, expect, it } from "vitest";
import { Emitter } from "#shared/base/emitter.ts";
import { RunId } from "#shared/base/ids.ts";
import type { JobQuestion } from "#shared/jobs/requestedJob.ts";
import type { KernelWait } from "#shared/ports/Kernel.ts";
import { RemoteWaits } from "#shared/session/execution/RemoteWaits.ts";

const QUESTION: JobQuestion = { prompt: "Your name? ", secret: false };
const ASKS: KernelWait = { on: "input", ...QUESTION };

function follow() {
  const [following, asked, run] = [new RemoteWaits(), new Emitter<JobQuestion | undefined>(), RunId.create()];
  const waits: (KernelWait | undefined)[] = [];
  const answers: (string | undefined)[] = [];
  following.subscribe((of, wait) => of === run && waits.push(wait));
  const job = {
    onQuestion: (listener: (question: JobQuestion | undefined) => void) => asked.subscribe(listener),
    answer: (text: string | undefined) => void answers.push(text),
  };
  return { following, asked, run, waits, answers, stop: following.follow(run, job) };
}

describe("what a run on an agent waits for", () => {
  it("is the agent's answer, then its turn there, and nothing once it runs", () => {
    const { following, run, waits } = follow();
    for (const turn of ["asked", "queued", "running"] as const) following.setTurn(run, turn);
    expect(waits).toEqual([{ on: "turn", state: "asked" }, { on: "turn", state: "queued" }, undefined]);
  });

  it("is the connection as long as there is none, whatever it waited for before", () => {
    const { following, asked, run, waits } = follow();
    following.setTurn(run, "asked");
    following.setOnline(run, false);
    following.setTurn(run, "running");
    asked.emit(QUESTION);
    following.setOnline(run, true);
    const none: KernelWait = { on: "connection" };
    expect(waits).toEqual([{ on: "turn", state: "asked" }, none, none, none, ASKS]);
  });

  it("is a line of text until it was answered, which is once", () => {
    const { following, asked, run, waits, answers } = follow();
    asked.emit(QUESTION);
    following.answer(run, "Ada");
    following.answer(run, "Bob");
    expect([waits, answers]).toEqual([[ASKS, undefined], ["Ada"]]);
  });

  it("is nothing after it has ended", () => {
    const { following, run, waits, stop } = follow();
    stop();
    following.setTurn(run, "queued");
    following.setOnline(run, false);
    expect(waits).toEqual([]);
  });
});
