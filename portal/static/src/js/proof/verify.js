// /ledger/verify: checks a receipt in the browser. Nothing of it leaves the browser; the words are the page's own.
import { Bad } from "./bytes.js";
import { NoCamera, seenByCamera } from "./camera.js";
import { check, checkReceipt } from "./check.js";
import { filled } from "./fill.js";
import { parseKeys } from "./note.js";
import { kept } from "./offline.js";
import { Unreadable, fromCode, fromFile, fromText } from "./reading.js";
import { told } from "./telling.js";

const BRACE = 0x7b; // a receipt without a proof begins so

const part = (name) => document.getElementById(`check-${name}`);
const file = document.getElementById("f-proof_file");
const text = document.getElementById("f-proof_text");
const keys = document.getElementById("f-proof_keys");
let asked = 0;
let last = () => fromText(text.value); // gives the bytes of what was chosen or pasted last

start();

function start() {
  part("without").hidden = true;
  if (!globalThis.crypto?.subtle) {
    part("no-crypto").hidden = false;
    return;
  }
  part("tool").hidden = false;
  file.addEventListener("change", () => {
    const [chosen] = file.files;
    if (chosen) answer((last = () => fromFile(chosen)));
  });
  text.addEventListener("input", () => (last = () => fromText(text.value)));
  part("now").addEventListener("click", () => answer(last));
  part("scan").addEventListener("click", scan);
  keepForLater();
}

async function keepForLater() {
  const { page, worker } = part("tool").dataset;
  part((await kept(page, worker)) ? "kept" : "not-kept").hidden = false;
}

// --- The answer ---

async function answer(reading) {
  const question = ++asked;
  const found = await answerTo(reading).catch(said);
  if (question === asked) show(found); // else something else was chosen meanwhile
}

async function answerTo(reading) {
  const [bytes, trusted] = [await reading(), await givenKeys()];
  return told(await (bytes[0] === BRACE ? checkReceipt : check)(bytes, trusted));
}

/** What the page says instead of an answer. What nobody foresaw is told too, and goes on to the browser's console. */
function said(error) {
  if (error instanceof Bad) return told({ proven: false, problem: error.problem });
  if (error.code === "file_gone") file.value = ""; // else choosing the same file again would be no change
  const known = error instanceof Unreadable || error instanceof NoCamera;
  if (known) return { template: "check-stopped", values: { [error.code]: true } };
  queueMicrotask(() => {
    throw error;
  });
  return { template: "check-stopped", values: { broken: true } };
}

async function givenKeys() {
  try {
    const found = await parseKeys(keys.value);
    if (found.logs.length) return found;
  } catch (error) {
    if (!(error instanceof Bad)) throw error;
  }
  throw new Unreadable("bad_key");
}

/** The words, read out and brought into view: a proof is told as news, a refusal as an alarm. */
function show({ template, values }) {
  const result = part("result");
  result.setAttribute("role", template === "check-refused" || template === "check-stopped" ? "alert" : "status");
  result.replaceChildren(filled(template, values));
  result.hidden = false;
  result.focus();
}

// --- The camera ---

async function scan() {
  const stop = new AbortController();
  const close = () => stop.abort();
  part("stop").addEventListener("click", close, { once: true });
  document.addEventListener("visibilitychange", close, { once: true });
  part("scan").hidden = true;
  part("camera").hidden = false;
  part("stop").focus();
  try {
    const code = await seenByCamera(part("video"), stop.signal);
    if (code !== null) await answer((last = () => fromCode(code)));
  } catch (error) {
    show(said(error));
  } finally {
    document.removeEventListener("visibilitychange", close);
    part("camera").hidden = true;
    part("scan").hidden = false;
    if (stop.signal.aborted) part("scan").focus();
  }
}

// For whoever wants to check many proofs, from the browser's console: import(<address of this file>).
export { check, checkReceipt, fromCode, parseKeys };
