import { CHECK_TITLES, type Check } from "#shared/doctor/check.ts";

export interface ReportSurroundings {
  /** Of the page: never its whole address, which may be an invitation. */
  readonly origin: string;
  readonly browser: string;
  readonly online: boolean;
  readonly time: Date;
}

const MARKS: Readonly<Record<Check["state"], string>> = {
  ok: "ok",
  warning: "warning",
  problem: "PROBLEM",
  skipped: "not checked",
};

/** The findings as text for whoever helps. Holds no key, no link, no name and no title. */
export function doctorReport(checks: readonly Check[], { origin, browser, online, time }: ReportSurroundings): string {
  const lines = checks.map(({ id, state, found, advice }) => {
    const cure = advice === undefined ? "" : `\n    ${advice}`;
    return `[${MARKS[state]}] ${CHECK_TITLES[id]}: ${found}${cure}`;
  });
  const network = online ? "says it has a network" : "says it has no network";
  return [
    `Meshbook connection report, ${time.toISOString()}`,
    `Page ${origin}; the browser ${network}`,
    browser,
    "",
    ...lines,
    "",
  ].join("\n");
}
