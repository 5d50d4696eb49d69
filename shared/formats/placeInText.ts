/** Where an offset is in a text, for people: line and column from 1, the column in UTF-16 units. */
export function placeInText(text: string, offset: number): string {
  let line = 1;
  let lineStart = 0;
  for (;;) {
    const end = text.indexOf("\n", lineStart);
    if (end < 0 || end >= offset) return `line ${line}, column ${offset - lineStart + 1}`;
    line++;
    lineStart = end + 1;
  }
}
