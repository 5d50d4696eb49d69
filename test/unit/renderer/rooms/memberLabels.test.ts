import { expect, it } from "vitest";
import { PeerId } from "#shared/base/ids.ts";
import { memberLabels } from "../../../../renderer/rooms/memberLabels.ts";

it("calls devices by their names, and those that share one by their keys, too", () => {
  const peer = (letter: string): PeerId => PeerId.parse(letter.repeat(22))!;
  const labels = memberLabels([
    { peer: peer("a"), name: "Otter" },
    { peer: peer("b"), name: "Lynx" },
    { peer: peer("c"), name: "Otter" },
    { peer: peer("d"), name: "" },
  ]);
  expect([...labels.values()]).toEqual(["Otter (aaaaaa)", "Lynx", "Otter (cccccc)", "Unknown"]);
});
