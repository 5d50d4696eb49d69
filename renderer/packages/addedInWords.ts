import type { AddedWheel } from "#shared/session/packages/changeWheels.ts";

/** What a user is told of a package that was added. */
export function addedInWords({ wheel, missing, replaced }: AddedWheel): string {
  const names = wheel.imports.join(", ");
  const instead =
    replaced === undefined
      ? ""
      : ` It replaces ${replaced}; kernels that imported that keep it until they are restarted.`;
  const needs =
    missing.length === 0
      ? ""
      : ` It also needs ${missing.join(", ")}: add ${missing.length === 1 ? "its file" : "their files"} too.`;
  return `${wheel.file} was added to this notebook: import ${names}.${instead}${needs}`;
}
