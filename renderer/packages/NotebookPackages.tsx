// Loaded with the dialog on packages.

import { PackagePlus } from "lucide-react";
import type { ReactElement } from "react";
import { messageOf } from "#shared/base/errors.ts";
import { formatBytes } from "#shared/base/units.ts";
import { notebookWheels, type NotebookWheel } from "#shared/notebook/notebookWheels.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { removeWheel } from "#shared/session/packages/changeWheels.ts";
import type * as Y from "yjs";
import { packageList } from "../adapters/packages/wheelLoader.ts";
import { useServices } from "../app/Services.tsx";
import { isEditable } from "../commands/Command.ts";
import type { NotebookServices } from "../notebook/services/notebookServices.ts";
import { showToast } from "../state/toasts.ts";
import { useYValue } from "../state/useYValue.ts";
import { Button } from "../ui/Button.tsx";
import { choosePackages } from "./wheelFiles.ts";

const wheelsOf = (files: Y.Map<unknown>): readonly NotebookWheel[] =>
  files.doc === null ? [] : notebookWheels(files.doc);

const sameWheels = (some: readonly NotebookWheel[], others: readonly NotebookWheel[]): boolean =>
  JSON.stringify(some) === JSON.stringify(others);

/** Packages of Python that were added to the open notebook as files. */
export function NotebookPackages({ notebook }: { readonly notebook: NotebookServices }): ReactElement {
  const app = useServices();
  const { doc } = notebook.session;
  const wheels = useYValue(notebookRoots(doc).files, wheelsOf, sameWheels);
  const may = isEditable(notebook);
  const remove = (file: string): void => {
    removeWheel({ doc, lock: packageList }, file).catch((error: unknown) =>
      showToast(app.toasts, messageOf(error), { tone: "bad" }),
    );
  };
  return (
    <section className="packages__notebook">
      <h3>Python packages in this notebook</h3>
      {wheels.length === 0 ? (
        <p className="packages__none">
          None. Drop the .whl file of a package in Python alone on the notebook: whoever has the notebook then has the
          package, and agents get it from the class host.
        </p>
      ) : (
        <ul className="packages">
          {wheels.map(({ file, size, imports }) => (
            <li key={file} className="row packages__server">
              <span>
                <b>{file}</b>
                <small className="packages__facts">
                  import {imports.join(", ")} · {formatBytes(size)}
                </small>
              </span>
              {may && (
                <Button small variant="secondary" onClick={() => remove(file)}>
                  Remove<span className="visually-hidden"> {file}</span>
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {may && (
        <Button small variant="secondary" icon={PackagePlus} onClick={() => void choosePackages(notebook, app)}>
          Add a package…
        </Button>
      )}
    </section>
  );
}
