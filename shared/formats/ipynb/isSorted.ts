import { compareCodePoints } from "../json/plainToRaw.ts";
import { isRawArray, isRawObject, rawGet, rawString, type RawJson } from "../json/rawJson.ts";

/** True if the notebook's own keys are sorted, as nbformat and VS Code write them. What is inside outputs is not asked. */
export function isSorted(notebook: RawJson): boolean {
  const cells = rawGet(notebook, "cells");
  const items = cells !== undefined && isRawArray(cells) ? cells.items : [];
  return (
    hasSortedKeys(notebook) &&
    isSortedThroughout(rawGet(notebook, "metadata")) &&
    items.every((cell) => hasSortedKeys(cell) && isSortedThroughout(rawGet(cell, "metadata")))
  );
}

function isSortedThroughout(raw: RawJson | undefined): boolean {
  if (raw === undefined || typeof raw === "string") return true;
  if (isRawArray(raw)) return raw.items.every(isSortedThroughout);
  return hasSortedKeys(raw) && raw.entries.every(([, value]) => isSortedThroughout(value));
}

function hasSortedKeys(raw: RawJson): boolean {
  if (!isRawObject(raw)) return true;
  const keys = raw.entries.map(([token]) => rawString(token) ?? "");
  return keys.every((key, index) => index === 0 || compareCodePoints(keys[index - 1] ?? "", key) <= 0);
}
