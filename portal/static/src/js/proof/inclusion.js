// The Merkle tree of RFC 9162, section 2.1: what a leaf's hash is, and whether a path leads from it to the root.
import { same, sha256 } from "./bytes.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (entry) => sha256(LEAF, entry);
const nodeHash = (left, right) => sha256(NODE, left, right);

/** Whether `leaf` is number `index` (BigInt) in the tree of `size` with this root; the path is consumed exactly. */
export async function isIncluded(leaf, index, size, path, root) {
  if (index < 0n || index >= size || path.some((hash) => hash.length !== 32)) return false;
  let position = index;
  let last = size - 1n;
  let computed = leaf;
  for (const sibling of path) {
    if (last === 0n) return false;
    if (position & 1n || position === last) {
      computed = await nodeHash(sibling, computed);
      while (!(position & 1n) && position) {
        position >>= 1n;
        last >>= 1n;
      }
    } else {
      computed = await nodeHash(computed, sibling);
    }
    position >>= 1n;
    last >>= 1n;
  }
  return last === 0n && same(computed, root);
}
