// Commitments to what is private, and openings that show some fields (portal/ledger/commitment.py gives the bytes).
import { Bad, bytesOf, fromBase64, fromBase64Url, same, sha256, toBase64Url } from "./bytes.js";
import { hasMembers, parse, render } from "./canonical.js";

const DOMAIN = bytesOf("hai-dang/commitment/v1\0");

/** An opening in its one form, from a member of the receipt; null stays null. Raises `Bad`. */
export function parseOpening(value) {
  if (value === null) return null;
  if (!hasMembers(value, ["v", "salt", "digests", "disclosures"]) || value.v !== 1) throw new Bad("not an opening");
  const salt = fromBase64(value.salt);
  if (salt.length !== 32) throw new Bad("a salt has 32 bytes");
  const { digests, disclosures } = value;
  if (!areTexts(digests, /^[\w-]{43}$/) || !areTexts(disclosures, /^[\w-]+$/)) throw new Bad("not lists of base64url");
  if (!isAscending(disclosures)) throw new Bad("disclosures in another order, or one twice");
  return { salt, digests, disclosures };
}

/** The fields that the opening shows, by name, proven to be among those committed to. Raises `Bad` otherwise. */
export async function shownFields({ salt, digests, disclosures }, commitment) {
  if (!isAscending(digests)) throw new Bad("digests in another order, or one twice");
  const committed = await sha256(DOMAIN, salt, bytesOf(render(digests)));
  if (!same(committed, commitment)) throw new Bad("the opening belongs to another commitment");
  const shown = new Map();
  for (const disclosure of disclosures) {
    const digest = toBase64Url(await sha256(bytesOf(disclosure)));
    if (!digests.includes(digest)) throw new Bad("a field that was not committed to");
    const [name, value] = parseDisclosure(disclosure);
    if (shown.has(name)) throw new Bad("a field twice");
    shown.set(name, value);
  }
  return shown;
}

function parseDisclosure(disclosure) {
  const parts = parse(fromBase64Url(disclosure));
  if (!Array.isArray(parts) || parts.length !== 3) throw new Bad("not a disclosure");
  const [salt, name, value] = parts;
  if (typeof salt !== "string" || typeof name !== "string" || !name) throw new Bad("not a disclosure");
  return [name, value];
}

const areTexts = (list, form) => Array.isArray(list) && list.every((item) => typeof item === "string" && form.test(item));
const isAscending = (list) => list.every((item, at) => at === 0 || list[at - 1] < item);
