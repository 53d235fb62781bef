// From what a person has (a file, a picture of a QR code, pasted text) to the bytes of a proof.
import { Bad, bytesOf } from "./bytes.js";
import { MAX_BYTES, PREFIX, TooLarge, unpacked } from "./packed.js";
import { codeInFile } from "./qr.js";

const PICTURE_MAX_BYTES = 32 * 1024 * 1024;

/** There is nothing to check yet; the page has words for each code. */
export class Unreadable extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export async function fromFile(file) {
  if (file.type.startsWith("image/")) return fromPicture(file);
  if (file.size > MAX_BYTES) throw new TooLarge("a file larger than any proof");
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    if (error.name === "NotReadableError" || error.name === "NotFoundError") throw new Unreadable("file_gone");
    throw error;
  }
}

/** Pasted words: blanks around them, which come along unseen, do not count. */
export async function fromText(words) {
  const text = words.trim();
  if (text === "") throw new Unreadable("nothing");
  if (text.startsWith(PREFIX)) return fromCode(text);
  return bytesOf(text.startsWith("{") ? text : `${text}\n`);
}

export async function fromCode(text) {
  if (!text.startsWith(PREFIX)) throw new Unreadable("other_code");
  if (!("DecompressionStream" in globalThis)) throw new Unreadable("no_unpacking");
  return unpacked(text);
}

async function fromPicture(file) {
  if (file.size > PICTURE_MAX_BYTES) throw new Unreadable("picture_too_large");
  let text;
  try {
    text = await codeInFile(file);
  } catch (error) {
    if (error instanceof Bad) throw new Unreadable("not_a_picture");
    throw error;
  }
  if (text === null) throw new Unreadable("no_code");
  return fromCode(text);
}
