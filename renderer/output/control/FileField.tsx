import { useRef, useState, type ReactElement } from "react";
import { formatBytes } from "#shared/base/units.ts";
import { FILE_LIMIT, type ControlValue, type FileControl } from "#shared/notebook/controls/control.ts";
import { Button } from "../../ui/Button.tsx";
import { readChosen } from "./readChosen.ts";

export interface FileFieldProps {
  readonly control: FileControl;
  /** Name of the file that was chosen. */
  readonly chosen: string | undefined;
  readonly disabled: boolean;
  readonly onMove: (value: ControlValue) => void;
}

/** A file of this computer, for the cell alone: it is not kept, and goes to nobody but the kernel. */
export function FileField({ control, chosen, disabled, onMove }: FileFieldProps): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState("");
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    if (file.size > FILE_LIMIT) {
      setProblem(`${file.name} has ${formatBytes(file.size)}; a cell takes files up to ${formatBytes(FILE_LIMIT)}`);
      return;
    }
    try {
      onMove(await readChosen(file));
      setProblem("");
    } catch {
      setProblem(`${file.name} cannot be read. Choose it again.`);
    }
  };
  const label = control.label === "" ? "File" : control.label;
  return (
    <>
      <span className="control__label">{label}</span>
      <input
        ref={input}
        type="file"
        hidden
        accept={control.accept}
        onChange={(event) => {
          void take(event.target.files?.[0]);
          // The same file may be chosen again when it has changed.
          event.target.value = "";
        }}
      />
      <Button
        variant="secondary"
        small
        disabled={disabled}
        aria-label={`${label}: choose a file`}
        onClick={() => input.current?.click()}
      >
        Choose a file
      </Button>
      <span className={problem === "" ? "control__file" : "control__problem"} role="status">
        {problem === "" ? (chosen ?? "none chosen") : problem}
      </span>
    </>
  );
}
