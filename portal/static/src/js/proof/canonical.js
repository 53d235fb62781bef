// Canonical JSON: RFC 8785 restricted to what the log needs (portal/ledger/canonical.py says it in full).
// The reader writes what it read anew and compares: a member twice, a blank, another order or spelling is refused.
import { Bad, textOf } from "./bytes.js";

export class NotCanonical extends Bad {}

const MAX_DEPTH = 32; // arrays and objects one inside the other

export function parse(bytes) {
  let text;
  let written;
  let value;
  try {
    text = textOf(bytes);
    value = JSON.parse(text);
    written = render(value);
  } catch (error) {
    // RangeError: deeper than any browser can follow.
    if (error instanceof Bad || error instanceof SyntaxError || error instanceof RangeError) throw new NotCanonical("not JSON");
    throw error;
  }
  if (written !== text) throw new NotCanonical("JSON, but not in canonical form");
  return value;
}

/** The value's one spelling, as text. */
export function render(value, depth = 0) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return integer(value);
  if (typeof value === "string") return quoted(value);
  if (depth >= MAX_DEPTH) throw new NotCanonical("too deep");
  if (Array.isArray(value)) return `[${value.map((item) => render(item, depth + 1)).join(",")}]`;
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${named(name)}:${render(value[name], depth + 1)}`).join(",")}}`;
}

/** Whether the value is an object with exactly these members. */
export function hasMembers(value, names) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  return Object.keys(value).sort().join() === [...names].sort().join();
}

function integer(value) {
  if (!Number.isSafeInteger(value)) throw new NotCanonical("a number that is no integer within 2^53 - 1");
  return String(value);
}

function quoted(text) {
  if (text.normalize("NFC") !== text) throw new NotCanonical("a string that is not in normal form C");
  if (/[\ud800-\udfff]/u.test(text)) throw new NotCanonical("a lone surrogate");
  return JSON.stringify(text);
}

function named(name) {
  if (!/^[\0-\x7f]*$/.test(name)) throw new NotCanonical("a member name that is not ASCII");
  return JSON.stringify(name);
}
