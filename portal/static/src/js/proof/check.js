// Whether a proof holds: problem by problem what portal/ledger/proof.py answers to the same bytes.
// Keys come from whoever checks, never from the file.
import { Bad, bytesOf, fromBase64, same } from "./bytes.js";
import { parseEntry, parseSealed } from "./entry.js";
import { FIRST_LINE, parsePromise, parseProof, parseReceipt } from "./file.js";
import { isIncluded, leafHash } from "./inclusion.js";
import { cosignersOf, signedBy, signersOf } from "./note.js";
import { shownFields } from "./opening.js";
import { MAX_BYTES } from "./packed.js";

class Refused extends Error {
  constructor(problem) {
    super(problem);
    this.problem = problem;
  }
}

/** `{proven: true, facts}` or `{proven: false, problem}`; `witnesses` is how many must have cosigned. */
export const check = (bytes, keys, witnesses = 0) => answerTo(() => proven(bytes, keys, witnesses));

/** The same for a receipt alone, which holds a promise: what there is before there is a proof. */
export const checkReceipt = (bytes, keys) => answerTo(() => promised(bytes, keys));

async function answerTo(question) {
  try {
    return { proven: true, problem: null, facts: await question() };
  } catch (error) {
    if (error instanceof Refused) return { proven: false, problem: error.problem };
    throw error;
  }
}

/** What `read` gives; where that is `Bad`, the proof is refused for this problem. */
async function orRefused(problem, read) {
  try {
    return await read();
  } catch (error) {
    throw error instanceof Bad ? new Refused(problem) : error;
  }
}

function insist(holds, problem) {
  if (!holds) throw new Refused(problem);
}

// --- The questions, in their order ---

async function proven(bytes, keys, witnesses) {
  insistOnBeginning(bytes, FIRST_LINE);
  const { note, origin, size, root, index, path, receipt } = await orRefused("not_canonical", () => parseProof(bytes));
  const own = keys.logs.filter(({ name }) => name === origin);
  insist(own.length > 0, "other_log");
  const signers = await signersOf(note, own);
  insist(signers.length > 0, "bad_signature");
  const cosigners = await orRefused("not_witnessed", () => cosignersOf(note, keys.witnesses));
  insist(cosigners.length >= witnesses, "not_witnessed");
  const leaf = await leafHash(receipt.entry);
  insist(await isIncluded(leaf, index, size, path, root), "not_included");
  const opened = await openedBy(receipt);
  const promise = await keptPromise(receipt, leaf, `${origin}/receipt`, keys);
  return { origin, signers, cosigners, index, size, ...opened, promise };
}

async function promised(bytes, keys) {
  insistOnBeginning(bytes, "{");
  const receipt = await orRefused("not_canonical", () => parseReceipt(bytes));
  const opened = await openedBy(receipt);
  const [name] = (receipt.promise ?? "").split("\n");
  const promise = await keptPromise(receipt, await leafHash(receipt.entry), name, keys);
  insist(promise, "bad_promise");
  return { origin: name.replace(/\/receipt$/, ""), index: null, size: null, cosigners: [], ...opened, promise };
}

function insistOnBeginning(bytes, first) {
  insist(bytes.length <= MAX_BYTES, "too_large");
  const beginning = bytesOf(first);
  insist(same(bytes.subarray(0, beginning.length), beginning), "not_a_proof");
}

/** The act's members, whether the leaf is sealed and was opened, the private fields shown. */
async function openedBy({ entry, sealed, opening }) {
  const leaf = await orRefused("bad_entry", () => parseSealed(entry) ?? parseEntry(entry));
  const isSealed = leaf.kind === "sealed";
  insist(isSealed ? sealed || !opening : !sealed, "bad_opening");
  const act = isSealed && sealed ? await orRefused("bad_opening", () => unsealed(sealed, leaf)) : leaf;
  const shown = opening ? await orRefused("bad_opening", () => shownFields(opening, fromBase64(act.commitment))) : new Map();
  return { entry: act, isSealed, isOpened: act !== leaf, hasOpening: opening !== null, shown };
}

/** The members of the entry that a sealed leaf stands for. */
async function unsealed(opening, leaf) {
  const shown = await shownFields(opening, fromBase64(leaf.commitment));
  const text = shown.get("entry");
  if (shown.size !== 1 || typeof text !== "string") throw new Bad("not the one field `entry`");
  return parseEntry(bytesOf(text));
}

/** The promise under this name; null without one, or without a key to check it with. */
async function keptPromise({ promise }, leaf, name, keys) {
  if (promise === null) return null;
  const found = await orRefused("bad_promise", () => parsePromise(promise));
  insist(found && found.name === name && same(found.leaf, leaf), "bad_promise");
  const known = keys.promising.filter((key) => key.name === name);
  const good = await Promise.all(known.map((key) => signedBy(found.note, key)));
  insist(known.length === 0 || good.some(Boolean), "bad_promise");
  return known.length ? found : null;
}
