import { labelsInWords } from "#shared/ports/agentLabels.ts";
import type { KernelPlace, WaitReason } from "#shared/ports/KernelPlace.ts";
import { languageName } from "./runnable.ts";

/** Where an execution is that any agent may do. */
export function placeInWords({ state, name, attempt, reason, loss }: KernelPlace): string {
  const again = attempt > 1 ? ` · attempt ${attempt}` : "";
  switch (state) {
    case "waiting":
      return `Waiting: ${reason === undefined ? "next" : reasonInWords(reason)}${again}`;
    case "asked":
      return `Sent to ${name}${again}`;
    case "queued":
      return `Waiting at ${name}${again}`;
    case "running":
      return `Running on ${name}${again}`;
    case "parked":
      return `Parked: ${loss}`;
  }
}

function reasonInWords(reason: WaitReason): string {
  switch (reason.why) {
    case "offline":
      return "no connection to the class";
    case "no-agents":
      return "no computer of the class is here to run it";
    case "nobody-fits":
      return `none of the ${reason.agents} computers here runs ${languageName(reason.language)}`;
    case "no-label":
      return `${noneOf(reason.agents)} has ${labelsInWords(reason.labels)}`;
    case "not-allowed":
      return reason.agents === 1
        ? "the computer that can run it takes no cells of this device"
        : `the ${reason.agents} computers that can run it take no cells of this device`;
    case "agent-absent":
      return "the computer it was moved to is not here";
    case "all-busy":
      return reason.fitting === 1 ? "the computer that can run it is busy" : `all ${reason.fitting} computers are busy`;
    case "pause":
      return reason.loss === "" ? "not due yet" : `a moment, since ${reason.loss}`;
  }
}

const noneOf = (agents: number): string => (agents === 1 ? "no computer here" : `none of the ${agents} computers here`);
