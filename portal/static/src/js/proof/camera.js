// The camera, until it has seen a code or is closed.
import { codeIn } from "./qr.js";

const PAUSE_MS = 120;

/** Raised with what the page says about it. */
export class NoCamera extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** The text of the first code seen in `video`; null after `stop` was aborted. Raises `NoCamera`. */
export async function seenByCamera(video, stop) {
  const stream = await opened();
  try {
    video.srcObject = stream;
    await video.play();
    return await firstCode(video, stop);
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}

async function opened() {
  if (!navigator.mediaDevices?.getUserMedia) throw new NoCamera("no_camera");
  const video = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio: false });
  } catch (error) {
    if (error.name === "NotAllowedError" || error.name === "SecurityError") throw new NoCamera("camera_refused");
    throw new NoCamera("no_camera");
  }
}

async function firstCode(video, stop) {
  while (!stop.aborted) {
    if (video.videoWidth) {
      const found = await codeIn(video, video.videoWidth, video.videoHeight);
      if (found !== null) return found;
    }
    await new Promise((resume) => setTimeout(resume, PAUSE_MS));
  }
  return null;
}
