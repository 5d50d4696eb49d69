import type { SourceStatus } from "../ports/DocSource.ts";

/** Hands a status on only where it is another than the one before. */
export function reportChanges(report: (status: SourceStatus) => void): (status: SourceStatus) => void {
  let said = "";
  return (status) => {
    const text = JSON.stringify(status);
    if (text === said) return;
    said = text;
    report(status);
  };
}
