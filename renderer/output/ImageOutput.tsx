import type { ReactElement } from "react";
import type { JsonValue } from "#shared/base/parse.ts";
import { imageSize } from "./height/imageSize.ts";

export interface ImageOutputProps {
  readonly mime: string;
  readonly base64: string;
  /** The plain text of the same bundle, if it says more than that this is a figure. */
  readonly description: JsonValue | undefined;
}

export function ImageOutput({ mime, base64, description }: ImageOutputProps): ReactElement {
  const data = base64.replace(/\s/g, "");
  const said = typeof description === "string" && !description.startsWith("<") ? description.trim() : "";
  return (
    <img
      className="image-output"
      src={`data:${mime};base64,${data}`}
      alt={said === "" ? "Image made by this cell" : said}
      {...imageSize(data)}
    />
  );
}
