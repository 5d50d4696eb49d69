import type { Role } from "#shared/rooms/access/role.ts";

/** Why a change was not taken, for people. */
export const REFUSALS: Readonly<Record<Role, string>> = {
  none: "You may not change this notebook.",
  viewer: "You may read this notebook, not change it.",
  runner: "You may read this notebook and run its cells, not change them.",
  editor: "This change was not understood.",
  teacher: "This change was not understood.",
};
