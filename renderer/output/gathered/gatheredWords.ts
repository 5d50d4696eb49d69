import type { GatheredPart } from "#shared/notebook/gathered/gathered.ts";

/** How it went on all computers together, in a line. */
export function gatheredInWords(parts: readonly GatheredPart[]): string {
  const count = (status: GatheredPart["status"]): number => parts.filter((part) => part.status === status).length;
  const all = `${parts.length} ${parts.length === 1 ? "computer" : "computers"}`;
  const told = [
    count("running") > 0 ? `${count("running")} running` : "",
    count("error") > 0 ? `${count("error")} failed` : "",
    count("left") > 0 ? `${count("left")} lost` : "",
    count("stopped") > 0 ? `${count("stopped")} stopped` : "",
  ].filter((words) => words !== "");
  if (told.length === 0) return parts.length === 1 ? "1 computer gave its result" : `All ${all} gave their results`;
  return `${count("ok")} of ${all} gave ${count("ok") === 1 ? "its result" : "their results"} · ${told.join(" · ")}`;
}
