// Bytes and their spellings. A reader here takes one spelling and refuses every other.

/** What was read is not what it should be. The page tells the problem in its own words; the message is for developers. */
export class Bad extends Error {
  problem = "not_canonical";
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const bytesOf = (text) => encoder.encode(text);

export function textOf(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Bad("not UTF-8");
  }
}

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function toBase64(bytes) {
  let characters = "";
  for (const byte of bytes) characters += String.fromCharCode(byte);
  return btoa(characters);
}

/** The standard alphabet with padding; blanks, missing padding and stray bits in the last digit are refused. */
export function fromBase64(text) {
  if (typeof text !== "string") throw new Bad("not a text");
  let characters;
  try {
    characters = atob(text);
  } catch {
    throw new Bad("not base64");
  }
  const bytes = Uint8Array.from(characters, (character) => character.charCodeAt(0));
  if (toBase64(bytes) !== text) throw new Bad("not base64 in its one form");
  return bytes;
}

export const toBase64Url = (bytes) => toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** The alphabet of addresses, without padding. */
export function fromBase64Url(text) {
  if (typeof text !== "string" || !/^[\w-]*$/.test(text)) throw new Bad("not base64url");
  const standard = text.replace(/-/g, "+").replace(/_/g, "/");
  return fromBase64(standard.padEnd(Math.ceil(standard.length / 4) * 4, "="));
}

export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}
