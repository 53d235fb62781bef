// Signed notes, the keys somebody trusts, and what they make of a note (c2sp.org/signed-note, c2sp.org/tlog-cosignature).
import { Bad, bytesOf, fromBase64, hex, same, sha256 } from "./bytes.js";
import { verify } from "./ed25519.js";
import { BASE64, NAME, whole } from "./spelling.js";

const SIGNS = 0x01;
const COSIGNS = 0x04;
const LAST_SECOND = 253402300799n; // 9999-12-31T23:59:59Z
const VKEY = whole(`(?<name>${NAME})\\+(?<id>[0-9a-f]{8})\\+(?<key>${BASE64})`);

// --- Keys ---

/** The keys in lines of vkeys, by what they do; empty lines count for nothing. Raises `Bad`. */
export async function parseKeys(text) {
  const lines = text.split("\n").map((line) => line.trim());
  const found = await Promise.all(lines.filter(Boolean).map(parseKey));
  const signing = found.filter(({ kind }) => kind === SIGNS);
  return {
    logs: signing.filter(({ name }) => !name.endsWith("/receipt")),
    promising: signing.filter(({ name }) => name.endsWith("/receipt")),
    witnesses: found.filter(({ kind }) => kind === COSIGNS),
  };
}

async function parseKey(vkey) {
  const found = VKEY.exec(vkey)?.groups;
  const data = fromBase64(found?.key ?? "");
  if (data.length !== 33 || (data[0] !== SIGNS && data[0] !== COSIGNS)) throw new Bad("not a public key of a log or a witness");
  const id = (await sha256(bytesOf(`${found.name}\n`), data)).subarray(0, 4);
  if (hex(id) !== found.id) throw new Bad("the key id does not fit the key");
  return { vkey, name: found.name, kind: data[0], id, bytes: data.subarray(1) };
}

// --- Notes ---

/** `{text, signatures}` of a note whose form was checked; nothing of it is verified yet. */
export function parseNote(note) {
  const end = note.lastIndexOf("\n\n");
  return { text: note.slice(0, end + 1), signatures: note.slice(end + 2, -1).split("\n").map(parseSignature) };
}

function parseSignature(row) {
  const [, name, encoded] = row.split(" ");
  const value = fromBase64(encoded);
  if (value.length < 5) throw new Bad("a signature line holds 5 bytes at least");
  return { name, keyId: value.subarray(0, 4), value: value.subarray(4) };
}

const claimedBy = (note, key) =>
  note.signatures.filter(({ name, keyId }) => name === key.name && same(keyId, key.id)).map(({ value }) => value);

/** Whether exactly one line claims this key, and is good. */
export async function signedBy(note, key) {
  const values = claimedBy(note, key);
  return values.length === 1 && verify(key.bytes, values[0], bytesOf(note.text));
}

/** The keys among these that signed the note; none where a line that claims one of them is bad or double. */
export async function signersOf(note, keys) {
  const claimed = keys.filter((key) => claimedBy(note, key).length > 0);
  const good = await Promise.all(claimed.map((key) => signedBy(note, key)));
  return good.every(Boolean) ? claimed : [];
}

/** `[{name, at}]` of the known witnesses that cosigned the note, by name. Raises `Bad` for a bad or double line of one. */
export async function cosignersOf(note, witnesses) {
  const found = new Map();
  for (const witness of witnesses) {
    const at = await cosignedAt(note, witness);
    if (at) found.set(hex(witness.bytes), { name: witness.name, at });
  }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

async function cosignedAt(note, witness) {
  const [value, second] = claimedBy(note, witness);
  if (!value) return null;
  const seconds = BigInt(`0x${hex(value.subarray(0, 8))}`);
  if (second || seconds > LAST_SECOND) throw new Bad("not a cosignature");
  const message = bytesOf(`cosignature/v1\ntime ${seconds}\n${note.text}`);
  if (!(await verify(witness.bytes, value.subarray(8), message))) throw new Bad("a cosignature that is not good");
  return new Date(Number(seconds) * 1000);
}
