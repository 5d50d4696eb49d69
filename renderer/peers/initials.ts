/** One or two letters for a name: `Ana López` gives `AL`. */
export function initials(name: string): string {
  const words = name.split(" ").filter((word) => word !== "");
  const letters = [words.at(0), words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toUpperCase() || "?";
}
