import type { BadInputError } from "../base/errors.ts";
import type { PeerId, RoomId } from "../base/ids.ts";
import type { Result } from "../base/result.ts";
import type { Readable } from "../base/value.ts";
import type { Host, ChosenFile } from "../ports/Host.ts";
import type { Settings } from "../ports/Settings.ts";
import type { NotebookSession } from "./NotebookSession.ts";
import type { ClassView, LibraryView } from "./views.ts";

export type ExportFormat = "ipynb" | "md" | "py" | "js";

/** The application without a screen: what the page, and nothing but the page, talks to. */
export interface Meshbook {
  readonly peer: PeerId;
  /** How others see this person. */
  readonly name: Readable<string>;
  setName(name: string): void;
  readonly settings: Settings;
  readonly host: Host;

  readonly library: Readable<LibraryView>;
  /** Creates a notebook with one empty cell. In a class, `shared` lists it for everybody. Resolves when it is stored. */
  createNotebook(title: string, place: "device" | "class"): Promise<RoomId>;
  /** Makes a new notebook of a file (.ipynb, .md, .py, .js). Never merges into an open one. */
  importFile(file: ChosenFile, place: "device" | "class"): Promise<Result<ImportedNotebook, BadInputError>>;
  renameNotebook(room: RoomId, title: string): Promise<void>;
  /** Takes a notebook off the shelf; `putBack` undoes it. Deletes nothing until the shelf is tidied at the next start. */
  removeNotebook(room: RoomId): Promise<void>;
  putBackNotebook(room: RoomId): Promise<void>;
  exportNotebook(room: RoomId, format: ExportFormat): Promise<ChosenFile>;

  /** The class joined; undefined outside a class. */
  readonly classroom: Readable<ClassView | undefined>;
  /** Follows an invitation to a class or a notebook; gives the notebook's room if it was one. */
  followLink(link: string): Promise<Result<RoomId | undefined, BadInputError>>;
  leaveClass(): void;
  /** An invitation to this notebook. A notebook that lived on this device only becomes `shared` by this. */
  shareNotebook(room: RoomId): Promise<string>;
  /** An invitation to the class, or undefined outside a class. */
  classLink(): string | undefined;

  /** Opens a notebook of the library or of the class. Opening twice gives the same session. */
  openNotebook(room: RoomId): Promise<Result<NotebookSession, "unknown-notebook">>;
}

export interface ImportedNotebook {
  readonly room: RoomId;
  /** What was repaired or could not be kept, in words for the user. */
  readonly warnings: readonly string[];
}
