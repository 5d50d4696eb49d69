import type { LendingView } from "#shared/session/lending/lendingView.ts";

/** What this computer gives, and what is done with it now. */
export function lendingInWords(view: LendingView): string {
  if (view.state === "off") return "Not lent";
  if (view.state === "paused") return `Paused: on battery, ${view.level} %`;
  const { terms, running, ended, state } = view;
  const places = `${terms.slots} ${terms.slots === 1 ? "place" : "places"}`;
  const people = terms.allow?.length;
  const whom = people === undefined ? "everybody in the class" : `${people} ${people === 1 ? "person" : "people"}`;
  if (state === "starting") return `Lending ${places} to ${whom}: starting…`;
  const now = running === 0 ? "nothing runs" : `${running} ${running === 1 ? "cell runs" : "cells run"}`;
  if (state === "stopping") return `Lent no more: ${now}, and is given a moment to end`;
  return `Lending ${places} to ${whom} · ${now}${ended === 0 ? "" : ` · ${ended} done`}`;
}
