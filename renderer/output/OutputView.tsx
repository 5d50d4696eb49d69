import { Suspense, useMemo, type ReactElement } from "react";
import type { CellId, ContentHash } from "#shared/base/ids.ts";
import type { JsonValue } from "#shared/base/parse.ts";
import {
  CHART_MIMES,
  MEDIA_MIMES,
  preferredMime,
  TABLE_MIMES,
  type CellOutput,
  type ChartMime,
  type MediaMime,
  type MimeBundle,
  type ShownMime,
  type TableMime,
} from "#shared/notebook/output.ts";
import { CONTROL_MIME } from "#shared/notebook/controls/controlMime.ts";
import { parseControl } from "#shared/notebook/controls/parseControl.ts";
import { GATHERED_MIME } from "#shared/notebook/gathered/gatheredMime.ts";
import { parseProgress } from "#shared/notebook/progress.ts";
import { PROGRESS_MIME } from "#shared/notebook/progressMime.ts";
import { Markdown } from "../cell/markdown/Markdown.tsx";
import { Collapse } from "./Collapse.tsx";
import { ErrorOutput } from "./ErrorOutput.tsx";
import { ImageOutput } from "./ImageOutput.tsx";
import { CONTROL_HEIGHT, GATHERED_HEIGHT, TABLE_HEIGHT } from "./height/expectedHeight.ts";
import { JsonOutput } from "./json/JsonOutput.tsx";
import { MediaOutput, PdfOutput } from "./MediaOutput.tsx";
import { ProgressOutput } from "./ProgressOutput.tsx";
import { PrintedText } from "./text/PrintedText.tsx";
import { lazyPart } from "../ui/parts/lazyPart.ts";

const TableOutput = lazyPart(async () => (await import("./table/TableOutput.tsx")).TableOutput);
const ChartOutput = lazyPart(async () => (await import("./drawn/chart/ChartOutput.tsx")).ChartOutput);
const DiagramOutput = lazyPart(async () => (await import("./drawn/diagram/DiagramOutput.tsx")).DiagramOutput);
const ControlOutput = lazyPart(async () => (await import("./control/ControlOutput.tsx")).ControlOutput);
const GatheredOutput = lazyPart(async () => (await import("./gathered/GatheredOutput.tsx")).GatheredOutput);
const HtmlOutput = lazyPart(async () => (await import("./scripts/HtmlOutput.tsx")).HtmlOutput);

export interface OutputViewProps {
  readonly cellId: CellId;
  readonly output: CellOutput;
  /** Of the output in the document; undefined while it is not there yet. */
  readonly hash?: ContentHash;
}

/** One output, in the richest form it has. */
export function OutputView({ cellId, output, hash }: OutputViewProps): ReactElement {
  switch (output.output_type) {
    case "stream":
      return <PrintedText text={output.text} tone={output.name} />;
    case "error":
      return <ErrorOutput cellId={cellId} error={output} />;
    case "display_data":
    case "execute_result":
      return <Bundle cellId={cellId} data={output.data} {...(hash && { hash })} />;
  }
}

interface BundleProps {
  readonly cellId: CellId;
  readonly data: MimeBundle;
  readonly hash?: ContentHash;
}

/** Tables and what plays have a height of their own; what is tall beside them is cut. */
function Bundle({ cellId, data, hash }: BundleProps): ReactElement {
  const mime = preferredMime(data);
  if (mime === undefined) {
    return (
      <p className="output-none">This output has no form that can be shown here: {Object.keys(data).join(", ")}</p>
    );
  }
  const value: JsonValue = data[mime] ?? "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (isOneOf(TABLE_MIMES, mime))
    return (
      <Waited height={TABLE_HEIGHT}>
        <TableOutput mime={mime} body={value} />
      </Waited>
    );
  if (isOneOf(MEDIA_MIMES, mime)) return <MediaOutput mime={mime} base64={text} />;
  if (mime === PROGRESS_MIME) {
    const progress = parseProgress(value);
    return progress === undefined ? <></> : <ProgressOutput cellId={cellId} progress={progress} />;
  }
  if (mime === GATHERED_MIME)
    return (
      <Waited height={GATHERED_HEIGHT}>
        <GatheredOutput cellId={cellId} body={value} View={OutputView} />
      </Waited>
    );
  if (mime === CONTROL_MIME) return <ControlBody cellId={cellId} body={value} />;
  if (isOneOf(CHART_MIMES, mime))
    return (
      <Waited height={320}>
        <ChartOutput spec={value} />
      </Waited>
    );
  if (mime === "application/pdf") return <PdfOutput base64={text} />;
  if (mime === "application/json") return <JsonOutput value={value} />;
  return (
    <Collapse>
      <Shown cellId={cellId} mime={mime} text={text} data={data} {...(hash && { hash })} />
    </Collapse>
  );
}

/** Parsed once: a control is the same thing until it is another. */
function ControlBody({ cellId, body }: { readonly cellId: CellId; readonly body: JsonValue }): ReactElement {
  const control = useMemo(() => parseControl(body), [body]);
  if (control === undefined) return <p className="output-none">This control cannot be shown. Run the cell again.</p>;
  return (
    <Waited height={CONTROL_HEIGHT}>
      <ControlOutput cellId={cellId} control={control} />
    </Waited>
  );
}

type OwnView =
  | typeof GATHERED_MIME
  | TableMime
  | MediaMime
  | ChartMime
  | "application/pdf"
  | "application/json"
  | typeof PROGRESS_MIME
  | typeof CONTROL_MIME;

interface ShownProps extends BundleProps {
  readonly mime: Exclude<ShownMime, OwnView>;
  readonly text: string;
}

function Shown({ cellId, mime, text, data, hash }: ShownProps): ReactElement {
  switch (mime) {
    case "text/html":
    case "image/svg+xml":
      return (
        <Waited height={120}>
          <HtmlOutput
            cellId={cellId}
            html={text}
            kind={mime === "text/html" ? "html" : "svg"}
            {...(hash && { hash })}
          />
        </Waited>
      );
    case "text/markdown":
      return <Markdown source={text} />;
    case "text/latex":
      return <Markdown source={text.includes("$") ? text : `$$\n${text}\n$$`} />;
    case "text/vnd.mermaid":
      return (
        <Waited height={200}>
          <DiagramOutput source={text} />
        </Waited>
      );
    case "image/png":
    case "image/jpeg":
    case "image/gif":
    case "image/webp":
      return <ImageOutput mime={mime} base64={text} description={data["text/plain"]} />;
    case "text/plain":
      return <PrintedText text={text} tone="value" />;
  }
}

/** What is loaded when it is first shown; until then a place of about its height (pixels). */
function Waited({ height, children }: { readonly height: number; readonly children: ReactElement }): ReactElement {
  return <Suspense fallback={<div className="skeleton" style={{ height }} />}>{children}</Suspense>;
}

const isOneOf = <Name extends string>(names: readonly Name[], name: string): name is Name =>
  names.some((one) => one === name);
