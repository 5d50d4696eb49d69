/**
 * Names every kernel gives by itself. Reading one is no reference to a cell, unless a cell defines the name: then that
 * cell's value is read, as a student who writes `class Event` expects.
 */
const ECMASCRIPT = `
  undefined NaN Infinity globalThis arguments eval isFinite isNaN parseFloat parseInt decodeURI decodeURIComponent
  encodeURI encodeURIComponent escape unescape Object Function Boolean Symbol Error AggregateError EvalError RangeError
  ReferenceError SuppressedError SyntaxError TypeError URIError Number BigInt Math Date String RegExp Array Int8Array
  Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array BigInt64Array BigUint64Array Float16Array
  Float32Array Float64Array Map Set WeakMap WeakSet WeakRef FinalizationRegistry ArrayBuffer SharedArrayBuffer Atomics
  DataView JSON Iterator AsyncIterator Promise GeneratorFunction AsyncFunction Reflect Proxy Intl Temporal WebAssembly
  DisposableStack AsyncDisposableStack`;
const WORKER = `
  console self setTimeout clearTimeout setInterval clearInterval queueMicrotask structuredClone reportError atob btoa
  performance crypto navigator fetch Request Response Headers FormData URL URLSearchParams URLPattern Blob File
  FileReader FileReaderSync TextEncoder TextDecoder TextEncoderStream TextDecoderStream ReadableStream WritableStream
  TransformStream CompressionStream DecompressionStream AbortController AbortSignal Event EventTarget CustomEvent
  MessageEvent ErrorEvent MessageChannel MessagePort BroadcastChannel Worker WebSocket XMLHttpRequest DOMException
  ImageData ImageBitmap createImageBitmap OffscreenCanvas OffscreenCanvasRenderingContext2D Path2D DOMMatrix DOMPoint
  DOMRect requestAnimationFrame cancelAnimationFrame crossOriginIsolated isSecureContext`;
/** What the kernel adds for showing values, and for work on other computers. */
const HELPERS = "Inputs Plot display html svg md tex mermaid image progress cluster";

export const KERNEL_GLOBALS: ReadonlySet<string> = new Set([ECMASCRIPT, WORKER, HELPERS].join(" ").trim().split(/\s+/));
