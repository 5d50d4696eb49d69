/** What is looked at of a node: elements have a name, others a text. */
export interface DrawnNode {
  readonly localName?: string | null;
  readonly attributes?: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<DrawnNode>;
  readonly textContent: string | null;
  readonly nodeType: number;
}

const ELEMENT = 1;
const TEXT = 3;
const NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
// Characters that XML cannot have at all (XML 1.0, 2.2).
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const IMPOSSIBLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text of an element that is read alike as XML and as HTML. Whatever data says in it is text. */
export function toXml(node: DrawnNode): string {
  if (node.nodeType === TEXT) return escape(node.textContent ?? "");
  if (node.nodeType !== ELEMENT || typeof node.localName !== "string") return "";
  const name = node.localName;
  const attributes = [...(node.attributes ?? [])].map((one) => ` ${one.name}="${escape(one.value)}"`).join("");
  const start = name === "svg" ? `<svg ${NAMESPACES}${attributes}>` : `<${name}${attributes}>`;
  // In HTML a style is no text in which characters could be escaped; Plot's own have none that must be.
  const content =
    name === "style" ? (node.textContent ?? "").replace(/[<&]/g, "") : [...node.childNodes].map(toXml).join("");
  return `${start}${content}</${name}>`;
}

const escape = (text: string): string => text.replace(IMPOSSIBLE, "").replace(/[&<>"]/g, (one) => ESCAPES[one] ?? one);
