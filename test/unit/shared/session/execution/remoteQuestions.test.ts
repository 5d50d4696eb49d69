import { describe, expect, it } from "vitest";
import { Emitter } from "#shared/base/emitter.ts";
import { RunId } from "#shared/base/ids.ts";
import type { JobQuestion } from "#shared/jobs/requestedJob.ts";
import type { KernelWait } from "#shared/ports/Kernel.ts";
import { RemoteQuestions } from "#shared/session/execution/RemoteQuestions.ts";

const QUESTION: JobQuestion = { prompt: "Your name? ", secret: false };
const ASKS: KernelWait = { on: "input", ...QUESTION };

function follow() {
  const [questions, asked, run] = [new RemoteQuestions(), new Emitter<JobQuestion | undefined>(), RunId.create()];
  const waits: (KernelWait | undefined)[] = [];
  const answers: (string | undefined)[] = [];
  questions.subscribe((of, wait) => of === run && waits.push(wait));
  const job = {
    onQuestion: (listener: (question: JobQuestion | undefined) => void) => asked.subscribe(listener),
    answer: (text: string | undefined) => void answers.push(text),
  };
  return { questions, asked, run, waits, answers, stop: questions.follow(run, job) };
}

describe("what a run on an agent waits for", () => {
  it("is the agent's answer, then its turn there, and nothing once it runs", () => {
    const { questions, run, waits } = follow();
    for (const turn of ["asked", "queued", "running"] as const) questions.setTurn(run, turn);
    expect(waits).toEqual([{ on: "turn", state: "asked" }, { on: "turn", state: "queued" }, undefined]);
  });

  it("is the connection as long as there is none, whatever it waited for before", () => {
    const { questions, asked, run, waits } = follow();
    questions.setTurn(run, "asked");
    questions.setOnline(run, false);
    questions.setTurn(run, "running");
    asked.emit(QUESTION);
    questions.setOnline(run, true);
    const none: KernelWait = { on: "connection" };
    expect(waits).toEqual([{ on: "turn", state: "asked" }, none, none, none, ASKS]);
  });

  it("is a line of text until it was answered, which is once", () => {
    const { questions, asked, run, waits, answers } = follow();
    asked.emit(QUESTION);
    questions.answer(run, "Ada");
    questions.answer(run, "Bob");
    expect([waits, answers]).toEqual([[ASKS, undefined], ["Ada"]]);
  });

  it("is nothing after it has ended", () => {
    const { questions, run, waits, stop } = follow();
    stop();
    questions.setTurn(run, "queued");
    questions.setOnline(run, false);
    expect(waits).toEqual([]);
  });
});
