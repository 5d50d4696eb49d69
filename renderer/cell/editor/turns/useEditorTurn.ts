import { useEffect, useState } from "react";
import { useNotebook } from "../../../notebook/services/NotebookContext.tsx";

/** Whether a cell that is `near` the screen has had its turn to get an editor, and how it takes it at once. */
export function useEditorTurn(near: boolean): readonly [had: boolean, take: () => void] {
  const { turns } = useNotebook();
  const [had, setHad] = useState(false);
  const take = (): void => setHad(true);
  useEffect(() => {
    if (!near) return;
    const giveUp = turns.await(take);
    return () => {
      giveUp();
      setHad(false);
    };
  }, [near, turns]);
  return [near && had, take];
}
