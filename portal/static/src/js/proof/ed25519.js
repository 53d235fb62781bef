// Ed25519 by Web Crypto; browsers that lack it (Chromium before 137, Firefox before 129, Safari before 17) use a library.
import { verifyAsync } from "@noble/ed25519";

const ALGORITHM = { name: "Ed25519" };
let native;

/** Whether the signature (64 bytes) of the message is that of the key (32 bytes). */
export async function verify(publicKey, signature, message) {
  if (signature.length !== 64) return false;
  native ??= available();
  return (await native) ? byBrowser(publicKey, signature, message) : byLibrary(publicKey, signature, message);
}

async function available() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), ALGORITHM, false, ["verify"]);
    return true;
  } catch (error) {
    return error.name !== "NotSupportedError" && error.name !== "SyntaxError" && error.name !== "TypeError";
  }
}

async function byBrowser(publicKey, signature, message) {
  let key;
  try {
    key = await crypto.subtle.importKey("raw", publicKey, ALGORITHM, false, ["verify"]);
  } catch (error) {
    if (error.name === "DataError") return false; // 32 bytes that are no point of the curve
    throw error;
  }
  return crypto.subtle.verify(ALGORITHM, key, signature, message);
}

export async function byLibrary(publicKey, signature, message) {
  try {
    return await verifyAsync(signature, message, publicKey, { zip215: false });
  } catch {
    return false; // the library raises where key or signature are no points of the curve
  }
}
