import { lazy, Suspense, type ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import type { JsonValue } from "#shared/base/parse.ts";
import { preferredMime, type CellOutput, type MimeBundle } from "#shared/notebook/output.ts";
import { Markdown } from "../cell/markdown/Markdown.tsx";
import { Collapse } from "./Collapse.tsx";
import { ErrorOutput } from "./ErrorOutput.tsx";
import { ImageOutput } from "./ImageOutput.tsx";
import { JsonTree } from "./JsonTree.tsx";
import { PrintedText } from "./text/PrintedText.tsx";

const HtmlFrame = lazy(() => import("./frame/HtmlFrame.tsx").then((file) => ({ default: file.HtmlFrame })));

export interface OutputViewProps {
  readonly cellId: CellId;
  readonly output: CellOutput;
}

/** One output, in the richest form it has. */
export function OutputView({ cellId, output }: OutputViewProps): ReactElement {
  switch (output.output_type) {
    case "stream":
      return <PrintedText text={output.text} tone={output.name} />;
    case "error":
      return <ErrorOutput cellId={cellId} error={output} />;
    case "display_data":
    case "execute_result":
      return (
        <Collapse>
          <Bundle data={output.data} />
        </Collapse>
      );
  }
}

function Bundle({ data }: { readonly data: MimeBundle }): ReactElement {
  const mime = preferredMime(data);
  if (mime === undefined) {
    return (
      <p className="output-none">This output has no form that can be shown here: {Object.keys(data).join(", ")}</p>
    );
  }
  const value: JsonValue = data[mime] ?? "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  switch (mime) {
    case "text/html":
    case "image/svg+xml":
      return (
        <Suspense fallback={<div className="skeleton" style={{ height: 120 }} />}>
          <HtmlFrame html={text} kind={mime === "text/html" ? "html" : "svg"} />
        </Suspense>
      );
    case "text/markdown":
      return <Markdown source={text} />;
    case "text/latex":
      return <Markdown source={text.includes("$") ? text : `$$\n${text}\n$$`} />;
    case "image/png":
    case "image/jpeg":
    case "image/gif":
    case "image/webp":
      return <ImageOutput mime={mime} base64={text} description={data["text/plain"]} />;
    case "application/json":
      return <JsonTree value={value} />;
    case "text/plain":
      return <PrintedText text={text} tone="value" />;
  }
}
