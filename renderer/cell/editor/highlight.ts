import { tagHighlighter, tags } from "@lezer/highlight";

/** Kinds of code → classes, the same in editors and in source that is only shown. */
export const highlighter = tagHighlighter([
  { tag: [tags.keyword, tags.modifier, tags.self, tags.null, tags.bool], class: "tok-keyword" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.escape], class: "tok-string" },
  { tag: [tags.number], class: "tok-number" },
  { tag: [tags.comment], class: "tok-comment" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.labelName, tags.attributeName],
    class: "tok-name",
  },
  { tag: [tags.standard(tags.name), tags.special(tags.name)], class: "tok-name" },
  { tag: [tags.typeName, tags.className, tags.namespace, tags.tagName], class: "tok-type" },
  {
    tag: [tags.operator, tags.punctuation, tags.bracket, tags.separator, tags.processingInstruction, tags.documentMeta],
    class: "tok-mark",
  },
  { tag: [tags.heading], class: "tok-heading" },
  { tag: [tags.strong], class: "tok-strong" },
  { tag: [tags.emphasis], class: "tok-emphasis" },
  { tag: [tags.link, tags.url, tags.monospace], class: "tok-string" },
]);
