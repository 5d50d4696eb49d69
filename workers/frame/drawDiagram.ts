/** The little of Mermaid that is used. Its program puts it on the global object. */
interface Mermaid {
  initialize(options: object): void;
  render(id: string, source: string): Promise<{ readonly svg: string }>;
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
/** What the source of a diagram must not change. Labels of HTML would not outlive the cleaning of the picture. */
const SECURE = ["secure", "securityLevel", "startOnLoad", "maxTextSize", "maxEdges", "suppressErrorRendering"];

let loading: Promise<void> | undefined;
let count = 0;

/** Loads the program that draws, once, as a script of this document. */
export function loadMermaid(program: Blob): Promise<void> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = URL.createObjectURL(program);
    script.onload = () => resolve();
    script.onerror = () => reject(new Error("the program that draws diagrams could not be read"));
    document.head.append(script);
  });
  return loading;
}

/** An SVG of a diagram. @throws Error with Mermaid's words for what is none */
export async function drawDiagram(source: string, dark: boolean): Promise<string> {
  await loading;
  // reason: put there by the program that was just loaded.
  const { mermaid } = globalThis as unknown as { mermaid: Mermaid };
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    class: { htmlLabels: false },
    deterministicIds: true,
    fontFamily: FONT,
    theme: dark ? "dark" : "neutral",
    secure: [...SECURE, "htmlLabels", "fontFamily", "themeCSS"],
  });
  const { svg } = await mermaid.render(`diagram-${++count}`, source);
  // Characters that the source gives by number or name are escaped once too often where labels are no HTML.
  return svg.replace(/&amp;(#\d+|[a-zA-Z]+);/g, "&$1;");
}
