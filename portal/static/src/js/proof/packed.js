// A proof in a QR code: "HD1:" and base45 (RFC 9285) of the file, deflated (RFC 1950).
import { Bad, joined } from "./bytes.js";

export const PREFIX = "HD1:";
export const MAX_BYTES = 131072;
const MAX_LETTERS = 4 * MAX_BYTES; // no QR code holds more than 4,296; more may be pasted
const SLICE_BYTES = 512; // inflates to 0.5 MB at the most, which is what a hostile code can make us hold
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** More than a proof may have. */
export class TooLarge extends Bad {
  problem = "too_large";
}

/** The bytes of the proof in the text of a QR code. */
export async function unpacked(text) {
  if (text.length > MAX_LETTERS) throw new TooLarge("longer than any proof");
  if (!text.startsWith(PREFIX)) throw new Bad("not the code of a proof");
  return inflated(fromBase45(text.slice(PREFIX.length)));
}

export function fromBase45(text) {
  const digits = [...text].map((character) => ALPHABET.indexOf(character));
  if (digits.includes(-1) || digits.length % 3 === 1) throw new Bad("not base45");
  const bytes = [];
  for (let at = 0; at < digits.length; at += 3) {
    const [low, middle, high] = digits.slice(at, at + 3);
    const value = low + 45 * middle + 2025 * (high ?? 0);
    if (value > (high === undefined ? 0xff : 0xffff)) throw new Bad("not base45");
    if (high !== undefined) bytes.push(value >> 8);
    bytes.push(value & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** Stops at the bound: a small code can hold a thousand times its size. */
async function inflated(packed) {
  const reader = slices(packed).pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await read(reader);
    if (done) return joined(...parts);
    parts.push(value);
    length += value.length;
    if (length > MAX_BYTES) {
      await reader.cancel();
      throw new TooLarge("the code holds more than a proof may have");
    }
  }
}

function slices(bytes) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, (at += SLICE_BYTES)));
      else controller.close();
    },
  });
}

async function read(reader) {
  try {
    return await reader.read();
  } catch (error) {
    if (error instanceof TypeError) throw new Bad("not deflated data"); // cut short, broken, or something after the end
    throw error;
  }
}
