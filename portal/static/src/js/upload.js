// Files sent as soon as they are chosen, in pieces (tus 1.0): with progress, several at once, and gone on with after the
// connection broke or the page was loaded again. Without this file they go with the form.
const PIECE = 1024 * 1024; // what a buffering proxy may lose is never more than this
const WAITS_MS = [0, 1000, 2000, 4000, 8000, 15000];
const AT_ONCE = 3;
const TUS = { "Tus-Resumable": "1.0.0" };

class Refused extends Error {}

function enhance(box) {
  const inputs = [...box.querySelectorAll("input[type=file]")];
  const form = inputs[0].form;
  const list = box.querySelector(".uploads");
  const attached = document.getElementById(box.dataset.attached);
  const running = new Set();
  const waiting = [];
  let after = null; // the button that was pressed meanwhile

  for (const input of inputs) input.addEventListener("change", () => take(input));
  form.addEventListener("submit", (event) => {
    if (running.size + waiting.length === 0) return;
    event.preventDefault();
    after = { submitter: event.submitter };
    say(list, box.dataset.waiting);
  });

  function take(input) {
    const files = [...input.files];
    const limit = Number(box.dataset.maxBytes) || Infinity;
    if (files.length === 0 || files.some((file) => file.size === 0 || file.size > limit)) return; // files.js says why
    input.value = "";
    input.dispatchEvent(new Event("change", { bubbles: true }));
    for (const file of files) waiting.push(new Upload(box, list, file));
    next();
  }

  function next() {
    while (running.size < AT_ONCE && waiting.length) {
      const upload = waiting.shift();
      running.add(upload);
      upload.run().finally(() => {
        running.delete(upload);
        next();
      });
    }
    if (running.size + waiting.length) return;
    refresh().then(() => {
      const wish = after;
      after = null;
      say(list, "");
      if (wish && !list.querySelector("[data-failed]")) form.requestSubmit(wish.submitter);
    });
  }

  async function refresh() {
    const answer = await fetch(box.dataset.attachedFrom, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    attached.replaceChildren(...page.body.childNodes);
  }
}

class Upload {
  constructor(box, list, file) {
    this.box = box;
    this.file = file;
    this.headers = { ...TUS, "X-CSRFToken": box.querySelector("input").form.elements.csrf_token.value };
    this.line = line(list, file.name);
    this.address = known(box, file);
  }

  async run() {
    for (;;) {
      try {
        await this.#whole();
        this.line.done(this.box.dataset.done);
        return;
      } catch (error) {
        if (error instanceof Refused) {
          this.line.failed(error.message);
          this.line.end();
          return;
        }
        this.line.failed(this.box.dataset.broken);
      }
      await online(this.line);
    }
  }

  // All pieces, each tried again for a while; what the server has is asked for after every trouble.
  async #whole() {
    let tries = 0;
    for (let at = null; at === null || at < this.file.size; ) {
      try {
        if (!this.address) [this.address, at] = [await this.#begin(), 0];
        if (at === null) at = await this.#reached();
        if (at >= this.file.size) break;
        at = await this.#piece(at);
        tries = 0;
      } catch (error) {
        if (error instanceof Refused || ++tries >= WAITS_MS.length) throw error;
        if (error.status === 404) this.address = null; // swept meanwhile: from the beginning
        at = null;
        await new Promise((resolve) => setTimeout(resolve, WAITS_MS[tries]));
      }
    }
  }

  async #begin() {
    const { field, upload } = this.box.dataset;
    const facts = { field, filename: this.file.name, filetype: this.file.type, modified: String(this.file.lastModified) };
    const metadata = Object.entries(facts).map(([name, value]) => `${name} ${base64(value)}`).join(",");
    const headers = { ...this.headers, "Upload-Length": String(this.file.size), "Upload-Metadata": metadata };
    const answer = await send("POST", upload, headers, null);
    return answer.getResponseHeader("Location");
  }

  async #reached() {
    const answer = await send("HEAD", this.address, this.headers, null);
    return Number(answer.getResponseHeader("Upload-Offset"));
  }

  async #piece(at) {
    const headers = { ...this.headers, "Upload-Offset": String(at), "Content-Type": "application/offset+octet-stream" };
    const part = this.file.slice(at, at + PIECE);
    const answer = await send("PATCH", this.address, headers, part, (sent) => this.line.at((at + sent) / this.file.size));
    return Number(answer.getResponseHeader("Upload-Offset"));
  }
}

function send(method, address, headers, body, progress = () => {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.timeout = 120000;
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => progress(event.loaded);
    request.onerror = request.ontimeout = request.onabort = () => reject(new Error("the connection broke"));
    request.onload = () => {
      if (request.status >= 200 && request.status < 300 && request.getResponseHeader("Tus-Resumable")) resolve(request);
      else reject(refusal(request) ?? Object.assign(new Error("not taken"), { status: request.status }));
    };
    request.send(body);
  });
}

// What the server says in words is final; all else is worth another try.
function refusal(request) {
  if (!(request.getResponseHeader("Content-Type") || "").startsWith("application/json")) return null;
  const { message } = JSON.parse(request.responseText);
  return message ? new Refused(message) : null;
}

// An upload that this very file was begun as before the page was loaded again.
function known(box, file) {
  const id = [file.name.normalize("NFC"), file.size, file.lastModified].join("\n");
  for (const begun of document.querySelectorAll(`[data-unfinished="${box.dataset.field}"]`)) {
    if ([begun.dataset.name, begun.dataset.size, begun.dataset.modified].join("\n") !== id) continue;
    begun.hidden = true;
    return begun.dataset.address;
  }
  return null;
}

function online(line) {
  return new Promise((resolve) => {
    const again = () => {
      window.removeEventListener("online", again);
      line.again();
      resolve();
    };
    window.addEventListener("online", again);
    line.offer(again);
  });
}

function line(list, name) {
  const item = document.createElement("li");
  const words = document.createElement("span");
  const state = document.createElement("span");
  const bar = document.createElement("progress");
  words.textContent = name;
  words.className = "uploads__name";
  state.className = "uploads__state";
  state.setAttribute("role", "status");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  item.append(words, bar, state);
  list.append(item);
  return {
    at(part) {
      bar.value = part;
      state.textContent = "";
    },
    done(text) {
      delete item.dataset.failed;
      bar.remove();
      state.textContent = text;
    },
    end() {
      bar.remove();
    },
    failed(text) {
      item.dataset.failed = "";
      state.textContent = text;
      state.setAttribute("role", "alert");
    },
    again() {
      delete item.dataset.failed;
      state.textContent = "";
      item.querySelector("button")?.remove();
    },
    offer(retry) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button-link";
      button.textContent = list.dataset.retry;
      button.addEventListener("click", retry);
      item.append(button);
    },
  };
}

function say(list, text) {
  list.parentElement.querySelector(".uploads__note").textContent = text;
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

for (const box of document.querySelectorAll("[data-upload]")) enhance(box);
