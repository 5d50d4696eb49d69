import type * as Y from "yjs";
import type { LinkRights } from "../LinkParts.ts";
import type { LinkGate } from "./LinkGate.ts";
import { mayGive, mayWrite } from "./mayWrite.ts";

/** What the ends of the links of `gate` may do with `doc`. */
export function linkRights(gate: LinkGate, doc: Y.Doc): LinkRights {
  return {
    mayWrite: (link, update) => mayWrite(gate.standing(link), doc, update),
    mayGive: (link) => mayGive(gate.standing(link)),
    get isHeard() {
      return gate.mayWrite;
    },
  };
}
