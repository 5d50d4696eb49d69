/**
 * What a device may do in a room. Each may do what those before it may:
 * `none` not even read · `viewer` read · `runner` run cells, which writes their outputs · `editor` change everything ·
 * `teacher` say who may do what.
 */
export type Role = (typeof ROLES)[number];

/** From the weakest to the strongest. */
export const ROLES = ["none", "viewer", "runner", "editor", "teacher"] as const;

/** Of two roles the one that allows less. */
export const weaker = (one: Role, other: Role): Role => (rank(one) <= rank(other) ? one : other);

export const mayRead = (role: Role): boolean => role !== "none";
export const mayRun = (role: Role): boolean => rank(role) >= rank("runner");
export const mayEdit = (role: Role): boolean => rank(role) >= rank("editor");
export const mayManage = (role: Role): boolean => role === "teacher";

const rank = (role: Role): number => ROLES.indexOf(role);
