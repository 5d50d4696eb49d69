// What happened to storage that saving has got over: said, because more than this notebook may be concerned.

import { STORAGE_CLEARED, type SourceWarning } from "#shared/ports/DocSource.ts";

export const CLEARED: SourceWarning = {
  code: STORAGE_CLEARED,
  message:
    "Storage was cleared by the browser, or by somebody who uses it. This notebook was open and is stored again; others that were only on this computer may be gone.",
};

export function damagedWarning(parts: number): SourceWarning {
  const what = parts === 1 ? "One saved part of this notebook was" : `${parts} saved parts of this notebook were`;
  const message = `${what} damaged on this computer and set aside. Everything else is here; what is missing comes back from anybody who has it.`;
  return { code: "storage-damaged", message };
}
