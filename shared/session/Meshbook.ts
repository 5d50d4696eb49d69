import type { BadInputError } from "../base/errors.ts";
import type { PeerId, RoomId } from "../base/ids.ts";
import type { Result } from "../base/result.ts";
import type { Readable } from "../base/value.ts";
import type { Merged } from "../exchange/mergeMeshbookFile.ts";
import type { Host, ChosenFile } from "../ports/Host.ts";
import type { Settings } from "../ports/Settings.ts";
import type { NotebookSession } from "./NotebookSession.ts";
import type { Lender } from "./lending/lendingView.ts";
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
  /** Creates a notebook with one empty cell; one of the class is listed for everybody. Resolves when it is stored. */
  createNotebook(title: string, place: "device" | "class"): Promise<RoomId>;
  /**
   * Takes in a file. One of `.ipynb`, `.md`, `.py`, `.js` makes a new notebook and never merges into an open one. A
   * `.meshbook` file merges into the notebook it is of, open or not, and no other; where that notebook is not on this
   * device yet, it is put on it, whatever `place` says.
   */
  importFile(file: ChosenFile, place: "device" | "class"): Promise<Result<ImportedNotebook, BadInputError>>;
  renameNotebook(room: RoomId, title: string): Promise<void>;
  /** Takes a notebook off the shelf; `putBackNotebook` undoes it. Its storage is given back after 30 days. */
  removeNotebook(room: RoomId): Promise<void>;
  putBackNotebook(room: RoomId): Promise<void>;
  exportNotebook(room: RoomId, format: ExportFormat): Promise<ChosenFile>;
  /**
   * The notebook as a file that merges back. `withKey`: whoever has the file can join the notebook over a network.
   * Rejects with BadInputError if the notebook is not here, or too large.
   */
  exportMeshbookFile(room: RoomId, withKey: boolean): Promise<ExportedMeshbookFile>;

  /** The class joined; undefined outside a class. */
  readonly classroom: Readable<ClassView | undefined>;
  /**
   * Follows an invitation to a class or a notebook; gives the notebook's room if it was one. An invitation of another
   * host leads to the page of that host.
   */
  followLink(link: string): Promise<Result<RoomId | undefined, BadInputError>>;
  leaveClass(): void;
  /** Lends kernels of this computer to the class; undefined where that cannot be. */
  readonly lending: Lender | undefined;
  /**
   * True at a blind host, which knows no class of its own: somebody starts one here, and invites the others. False until
   * that is known.
   */
  readonly startsClasses: Readable<boolean>;
  /** Starts a class at the host of this page, and joins it. Does nothing where `startsClasses` is false. */
  startClass(): void;
  /**
   * An invitation to this notebook that works on other computers. A notebook that lived on this device only becomes
   * `shared` by this. Rejects with BadInputError where there is no class host to share through.
   */
  shareNotebook(room: RoomId): Promise<string>;
  /**
   * Gives a notebook of ours a new key: whoever was taken out, and old links, lead nowhere from then on; whoever stays is
   * led to the new room by the class host. Resolves with that room. Rejects with BadInputError where that cannot be.
   */
  changeKey(room: RoomId): Promise<RoomId>;
  /** An invitation to the class that works on other computers, once its host was reached; undefined outside a class. */
  classLink(): string | undefined;

  /** Opens a notebook of the library or of the class. Opening twice gives the same session. */
  openNotebook(room: RoomId): Promise<Result<NotebookSession, "unknown-notebook">>;
}

export interface ImportedNotebook {
  readonly room: RoomId;
  /** What was repaired or could not be kept, in words for the user. */
  readonly warnings: readonly string[];
  /** What a `.meshbook` file brought to a notebook that was here; undefined if the notebook is new on this device. */
  readonly merged?: Merged;
}

export interface ExportedMeshbookFile extends ChosenFile {
  /** Large outputs and files of the notebook that the file does not hold: their readers fetch them from others. */
  readonly leftOut: number;
}
