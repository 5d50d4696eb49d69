import { useMemo } from "react";
import type { Person } from "#shared/ports/HistoryStore.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { namedPeople } from "../peers/personName.ts";
import { useReadable } from "../state/useReadable.ts";

/** People of the open notebook as its members are called, with a word where a name is only claimed. */
export function useNamedPeople(people: ReadonlyMap<number, Person> | undefined): ReadonlyMap<number, Person> {
  const { members } = useReadable(useNotebook().session.access);
  return useMemo(() => namedPeople(people ?? new Map<number, Person>(), members), [people, members]);
}
