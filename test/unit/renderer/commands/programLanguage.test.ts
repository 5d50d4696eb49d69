import { describe, expect, it } from "vitest";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { chooseLanguage } from "../../../../renderer/commands/programLanguage.ts";
import { openNotebook, type OpenNotebook } from "../../../support/fake/openNotebook.ts";

const choose = ({ notebook, ids }: OpenNotebook, at: number, language: string): void =>
  chooseLanguage(notebook, ids[at]!, language);
const own = ({ session }: OpenNotebook): string => readNotebook(session.doc).language;

describe("the language of a notebook", () => {
  it("is that of its only written cell", () => {
    const open = openNotebook("print(1)", "");
    choose(open, 0, "python");
    expect(readNotebook(open.session.doc).cells.map((cell) => cell.language)).toEqual(["python", "javascript"]);
    expect(own(open)).toBe("python");
  });

  it("stays while another program is in it, and goes with the last one", () => {
    const open = openNotebook("print(1)", "print(2)");
    choose(open, 0, "python");
    expect(own(open)).toBe("javascript");
    choose(open, 1, "python");
    expect(own(open)).toBe("python");
  });

  it("is no language of queries or texts", () => {
    const open = openNotebook("select 1");
    choose(open, 0, "sql");
    expect(own(open)).toBe("javascript");
    choose(open, 0, "markdown");
    expect(own(open)).toBe("javascript");
  });
});
