// The proof file and the receipt in it, in their one form (portal/ledger/proof_file.py gives the bytes).
import { fromBase64, textOf } from "./bytes.js";
import { NotCanonical, hasMembers, parse } from "./canonical.js";
import { parseNote } from "./note.js";
import { parseOpening } from "./opening.js";
import { BASE64, HASH, INSTANT, NAME, NUMBER, instantOf, whole } from "./spelling.js";

export const FIRST_LINE = "c2sp.org/tlog-proof@v1\n";

const MEMBERS = ["v", "entry", "sealed", "opening", "promise"];
const MAX_INTEGER = BigInt(Number.MAX_SAFE_INTEGER);
const FORM = whole(
  [
    "c2sp\\.org/tlog-proof@v1",
    `extra (?<extra>${BASE64})`,
    `index (?<index>${NUMBER})`,
    `(?<path>(?:${HASH}\n)*)`,
    `(?<checkpoint>(?<origin>${NAME})\n(?<size>${NUMBER})\n(?<root>${HASH})\n\n(?:— ${NAME} ${BASE64}\n){1,100})`,
  ].join("\n"),
);
const PROMISE = whole(
  `(?<name>${NAME})\nleaf (?<leaf>${HASH}) at (?<at>${INSTANT})\nbefore (?<before>${INSTANT})\n\n— ${NAME} ${BASE64}\n`,
);

/** The parts of a proof, nothing of which is believed yet. Raises `Bad`. */
export function parseProof(bytes) {
  const found = FORM.exec(textOf(bytes))?.groups;
  if (!found) throw new NotCanonical("not a proof in its one form");
  const [index, size] = [BigInt(found.index), BigInt(found.size)];
  if (index > MAX_INTEGER || size > MAX_INTEGER) throw new NotCanonical("a number beyond 2^53 - 1");
  return {
    index,
    size,
    origin: found.origin,
    root: fromBase64(found.root),
    path: found.path.split("\n").filter(Boolean).map(fromBase64),
    note: parseNote(found.checkpoint),
    receipt: parseReceipt(fromBase64(found.extra)),
  };
}

/** The receipt: a leaf, and what opens it. Raises `Bad`. */
export function parseReceipt(bytes) {
  const value = parse(bytes);
  if (!hasMembers(value, MEMBERS) || value.v !== 1) throw new NotCanonical("not a receipt");
  if (value.promise !== null && typeof value.promise !== "string") throw new NotCanonical("not a promise");
  const { entry, sealed, opening, promise } = value;
  return { entry: fromBase64(entry), sealed: parseOpening(sealed), opening: parseOpening(opening), promise };
}

/** A promise in its one form, not verified yet; null for any other text. Raises `Bad` for a signature too short. */
export function parsePromise(text) {
  const found = PROMISE.exec(text)?.groups;
  if (!found) return null;
  const [at, before] = [instantOf(found.at), instantOf(found.before)];
  if (!at || !before || at >= before) return null;
  return { name: found.name, leaf: fromBase64(found.leaf), at, before, note: parseNote(text) };
}
