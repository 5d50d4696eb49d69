export interface SplitSignature {
  readonly before: string;
  readonly parameters: readonly string[];
  readonly after: string;
}

/** The parameters in a signature in parentheses, one by one. */
export function splitParameters(signature: string): SplitSignature {
  const parameters: string[] = [];
  let [depth, start, end] = [0, 1, signature.length];
  for (let at = 0; at < signature.length && end === signature.length; at++) {
    const char = signature.charAt(at);
    if ("([{".includes(char)) depth++;
    else if (")]}".includes(char) && --depth === 0) end = at;
    if ((char === "," && depth === 1) || at === end) {
      parameters.push(signature.slice(start, at).trim());
      start = at + 1;
    }
  }
  if (!signature.startsWith("(")) return { before: signature, parameters: [], after: "" };
  return { before: "(", parameters: parameters.filter((one) => one !== ""), after: signature.slice(end) };
}
