import type { Role } from "#shared/rooms/access/role.ts";
import type { AccessView } from "#shared/session/views.ts";

/** What somebody with a role may do, as one reads it in a list. */
export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  none: "Nothing",
  viewer: "Read",
  runner: "Read and run cells",
  editor: "Edit",
  teacher: "Edit and set these rules",
};

/** Of whoever has the link. */
export const EVERYBODY_WORDS: Readonly<Record<Role, string>> = {
  ...ROLE_WORDS,
  editor: "Edit",
  runner: "Read and run cells",
  viewer: "Read",
  none: "Nothing until they are let in",
};

/** The key in the link with which the notebook was opened is not the notebook's. */
export const WRONG_KEY = {
  title: "The link with which you opened this notebook was copied wrongly.",
  /** What still works and what does not. */
  effect:
    "The class host takes what you write all the same. But this computer cannot be linked to others directly, and does " +
    "not know who may do what.",
  cure: "Ask for the invitation again, and open it here.",
} as const;

/** What the link is good for, said where it is given away. */
export function linkInWords({ everybody, enforced }: AccessView): string {
  const copy = "and keeps a whole copy of it.";
  if (!enforced) return `Whoever has this link can read and edit this notebook, ${copy}`;
  switch (everybody) {
    case "teacher":
    case "editor":
      return `Whoever has this link can read and edit this notebook, ${copy}`;
    case "runner":
      return `Whoever has this link can read this notebook and run its cells, ${copy}`;
    case "viewer":
      return `Whoever has this link can read this notebook, ${copy}`;
    case "none":
      return "With this link others can ask to be let in. You decide under “Who may do what”.";
  }
}

/** Why one cannot write here; undefined for those who can. */
export function readOnlyInWords({ role, members }: AccessView): string | undefined {
  switch (role) {
    case "teacher":
    case "editor":
      return undefined;
    case "runner":
      return "You may read this notebook and run its cells, not change them.";
    case "viewer":
      return "You may read this notebook, not change it.";
    case "none":
      return members.length > 0
        ? "You were taken out of this notebook. What you see is the copy on this computer; it gets no more changes, and what was written here and not yet sent stays here."
        : "You have not been let in to this notebook. What you see is the copy on this computer.";
  }
}

/** Who keeps the rules where no host does. */
const DIRECT_WORDS =
  "Between computers that are linked directly no host stands: there each computer checks what it is sent, and takes from " +
  "another only what that one may write. Whoever may edit can pass on what others wrote. The message broker cannot be " +
  "checked like that, so this notebook does not travel over it while the rules differ from “Edit”.";

/** Who keeps the rules: a promise of the host, or nobody. */
export function keeperInWords({ enforced, restricted, blind }: AccessView): string {
  if (!enforced) {
    return "Only this computer has this notebook. Share it first: then its class host keeps who may do what.";
  }
  const kept = "The class host keeps these rules: it passes on and stores only what somebody may write.";
  const runners = blind ? " It cannot tell outputs from other changes: who may run cells can only read here." : "";
  const direct = restricted ? ` ${DIRECT_WORDS}` : "";
  return `${kept}${runners}${direct} Whoever had a copy before keeps it.`;
}

/** What a blind host learns of a notebook, and what there is not because it cannot read it. */
export const BLIND_WORDS =
  "This class host is blind: what it stores and passes on is sealed with the key in the link. It sees which devices come, " +
  "when and from where, what they may do, and how much they write; no text, output or name. So it keeps no history and " +
  "writes no .ipynb files; the history on this computer goes on.";
