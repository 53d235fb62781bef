// One entry of the log, in its one form (portal/ledger/entry.py gives the members and their meaning).
import { Bad, textOf } from "./bytes.js";
import { HASH, INSTANT, instantOf } from "./spelling.js";

const MAX_BYTES = 65535;
const ACTS = [
  "filed|received|not_received|supplement_asked|supplement_given|passed|opinion_asked|opinion_given",
  "extended|recounted|stopped|resolved|returned|withdrawn|handed_over|corrected",
].join("|");
const TOWARDS = ["passed", "handed_over", "opinion_asked", "opinion_given"];
const UNIT = "[A-Z0-9]{1,8}(?:\\.[A-Z0-9]{1,8}){0,5}";
const ENTRY = new RegExp(
  [
    `^\\{"act":"(${ACTS})"`,
    `"at":"(${INSTANT})"`,
    `"channel":"(online|counter|post|national)"`,
    `"commitment":"(${HASH})"`,
    `"due":(?:null|"(${INSTANT})")`,
    `"n":(0|[1-9][0-9]{0,8})`,
    `"outcome":(?:null|"([a-z][a-z0-9_]{0,63})")`,
    `"previous":(?:null|"(${HASH})")`,
    `"procedure":"([A-Za-z0-9][A-Za-z0-9._-]{0,63})"`,
    `"reference":"(${UNIT}-[0-9]{6}(?:[0-9]{2})?-[0-9]{4,10})"`,
    `"revision":([1-9][0-9]{0,15})`,
    `"rule":(?:null|"([A-Za-z0-9][A-Za-z0-9._+-]{0,99})")`,
    `"to":(?:null|"(${UNIT})")`,
    `"unit":"(${UNIT})","v":1\\}$`,
  ].join(","),
);
const SEALED = new RegExp(
  `^\\{"commitment":"(${HASH})","kind":"sealed","on":"([0-9]{4}-[0-9]{2}-[0-9]{2})","v":1\\}$`,
);

/** The members of an entry that is not sealed. */
export function parseEntry(bytes) {
  const text = checkedText(bytes);
  if (!ENTRY.test(text)) throw new Bad("not an entry in canonical form");
  const members = JSON.parse(text);
  if (!makesSense(members)) throw new Bad("members that cannot be true together");
  return members;
}

/** The members of a sealed entry; null where the bytes are not one. */
export function parseSealed(bytes) {
  const text = checkedText(bytes);
  if (!SEALED.test(text)) return null;
  const members = JSON.parse(text);
  if (!instantOf(`${members.on}T00:00:00Z`)) throw new Bad("a day that no calendar has");
  return members;
}

function checkedText(bytes) {
  if (bytes.length > MAX_BYTES) throw new Bad("an entry is at most 65,535 bytes");
  const text = textOf(bytes);
  if (text.length !== bytes.length) throw new Bad("an entry is ASCII");
  return text;
}

function makesSense({ act, at, due, n, outcome, previous, revision, rule, to }) {
  return (
    instantOf(at) !== null &&
    (due === null || instantOf(due) !== null) &&
    (n === 0) === (previous === null) &&
    (due === null) === (rule === null) &&
    (to !== null) === TOWARDS.includes(act) &&
    (act !== "resolved" || outcome === "granted" || outcome === "refused") &&
    Number.isSafeInteger(revision)
  );
}
