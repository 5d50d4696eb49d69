// Observable Plot for cells: the library as it is, drawing into a document that is no page's. What is drawn shows itself as
// a picture. The build makes one program of this file that imports nothing; a worker has it when its first cell needs it.

import * as ObservablePlot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { CanvasPixels } from "./CanvasPixels.ts";
import { toXml, type DrawnNode } from "./toXml.ts";

type Shown = Record<string, string>;

interface DrawnDocument {
  createElement(name: string): object;
}

/** `Plot` as cells see it. */
export function createPlot(): object {
  // reason: its own types need those of a page, which a worker has not.
  const read = parseHTML as unknown as (html: string) => { readonly document: DrawnDocument };
  const { document } = read("<html><body></body></html>");
  const createElement = document.createElement.bind(document);
  Object.defineProperty(document, "createElement", {
    value: (name: string) => (name === "canvas" ? new CanvasPixels() : createElement(name)),
  });
  const drawn = (draw: (options: object) => unknown, options: object): unknown =>
    showing(draw({ document, ...options }));
  const mark = ObservablePlot.Mark.prototype;
  Object.defineProperty(mark, "plot", {
    value(this: object, { marks = [], ...options }: { marks?: readonly unknown[] } = {}) {
      return drawn(ObservablePlot.plot, { ...options, marks: [...marks, this] });
    },
  });
  return {
    ...ObservablePlot,
    plot: (options: object = {}) => drawn(ObservablePlot.plot, options),
    legend: (options: object = {}) => drawn(ObservablePlot.legend, options),
  };
}

/** Gives what is drawn the method by which a value says how it is shown. */
function showing(element: unknown): unknown {
  // reason: what Plot gives is an element of the document it was given.
  const root = element as DrawnNode & object;
  Object.defineProperty(root, Symbol.for("Jupyter.display"), { value: (): Shown => shown(root) });
  return root;
}

function shown(root: DrawnNode): Shown {
  const mime = root.localName === "svg" ? "image/svg+xml" : "text/html";
  return { [mime]: toXml(root), "text/plain": "[a chart by Observable Plot]" };
}
