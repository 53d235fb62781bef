// The text of a QR code in a picture: by the browser where it can, else by a library.
import jsQR from "jsqr";
import { Bad } from "./bytes.js";

const SIDES = [1600, 1000, 2600]; // pixels; a code that one size does not show, another may

let detector;

/** The text of the code in a picture file; null where there is none. Raises `Bad` for what is no picture. */
export async function codeInFile(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch (error) {
    throw new Bad(`not a picture: ${error.name}`);
  }
  for (const side of SIDES) {
    const found = await codeIn(picture, picture.width, picture.height, side);
    if (found !== null) return found;
  }
  return null;
}

/** The text of the code in anything that a canvas can draw. */
export async function codeIn(picture, width, height, side = SIDES[0]) {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return (await byBrowser(canvas)) ?? byLibrary(context.getImageData(0, 0, canvas.width, canvas.height));
}

async function byBrowser(canvas) {
  detector ??= makeDetector();
  const found = await (await detector)?.detect(canvas);
  return found?.[0]?.rawValue ?? null;
}

async function makeDetector() {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await window.BarcodeDetector.getSupportedFormats();
  return formats.includes("qr_code") ? new window.BarcodeDetector({ formats: ["qr_code"] }) : null;
}

function byLibrary({ data, width, height }) {
  return jsQR(data, width, height)?.data || null;
}
