import { describe, expect, it } from "vitest";
import type { MemberView } from "#shared/session/views.ts";
import { isMine, namesOf } from "../../../../renderer/history/historyWords.ts";
import { callPerson, namedPeople, personName, type Shown } from "../../../../renderer/peers/personName.ts";
import { fakeId } from "../../../support/fake/FakeMeshbook.ts";

const [TEACHER, ANA, MALLORY] = [fakeId("teacher"), fakeId("ana"), fakeId("mallory")];
const member = (peer: MemberView["peer"], name: string, named = true): MemberView => {
  return { peer, name, named, role: "teacher", here: true };
};
const MEMBERS = [member(TEACHER, "Ms Rossi"), member(ANA, "", true), member(MALLORY, "Mallory", false)];
const shown = (peer: Shown["peer"], name: string, proven = true): Shown => ({ peer, name, proven });

describe("what people are called", () => {
  it("is what whoever keeps the members named their device, once it proved to be it", () => {
    expect(personName(shown(TEACHER, "anna r."), MEMBERS)).toBe("Ms Rossi");
    expect(personName(shown(TEACHER, "anna r.", false), MEMBERS)).toBe("anna r. (not verified)");
  });

  it("is else what they call themselves", () => {
    expect(personName(shown(ANA, "Ana"), MEMBERS)).toBe("Ana");
    expect(personName(shown(MALLORY, "Mal"), MEMBERS)).toBe("Mal");
    expect(personName(shown(MALLORY, "Mal", false), MEMBERS)).toBe("Mal (not verified)");
  });

  it("is not verified for another device that calls itself as a member is called, however written", () => {
    for (const name of ["Ms Rossi", "ms rossi", "Ｍｓ Rossi", "Ms\u00a0Rossi"])
      expect(callPerson(shown(MALLORY, name), MEMBERS)).toEqual({ name, verified: false });
  });

  it("is you in a history only for what this device signed", () => {
    const person = (verified: boolean) => ({ client: verified ? 1 : 2, peer: ANA, name: "Ana", verified });
    expect([true, false].map((verified) => isMine(person(verified), ANA))).toEqual([true, false]);
    const people = namedPeople(new Map([person(true), person(false)].map((one) => [one.client, one])), []);
    expect(namesOf([1, 2], people, ANA)).toEqual(["you", "Ana (not verified)"]);
  });
});
