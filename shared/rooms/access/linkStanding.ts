import type { PeerId } from "../../base/ids.ts";
import { isRestricted, OPEN_ROLE, roleOf, type Membership } from "./membership.ts";
import type { Role } from "./role.ts";

/** Who is known to be at the other end of a direct link; `none`: it has not said in time, so it may be anybody. */
export type LinkProof = "awaited" | "none" | PeerId;

/** What comes over a link is taken as far as this role may write; `waiting`: nothing goes either way until it is known. */
export type LinkStanding = "waiting" | Role;

/**
 * What the other end of a link may do. Where everybody with the link to the room may edit, nobody need say who they are:
 * older versions and other programs talk there as ever.
 */
export function linkStanding(membership: Membership, proof: LinkProof): LinkStanding {
  if (!isRestricted(membership)) return OPEN_ROLE;
  if (proof === "awaited") return "waiting";
  return roleOf(membership, proof === "none" ? undefined : proof);
}
