// What was resolved just now comes to the page by itself, newest on top, until the reader stops it.
// The server's stream ends at once and the browser comes back after a while: nothing is kept open.
const KEPT = 5;
const SAY_EVERY_MS = 60000;
const AGAIN_MS = 60000;

function lineOf(template, data, position) {
  const line = template.content.firstElementChild.cloneNode(true);
  const find = (name) => line.querySelector(`[data-live-${name}]`);
  line.dataset.position = position;
  line.dataset.fresh = "";
  find("time").dateTime = data.at;
  find("time").textContent = data.shown_at;
  find("title").href = data.href;
  find("title").textContent = data.title;
  find("unit").textContent = data.unit;
  find("verdict").textContent = data.verdict;
  find("verdict").className = `tag tag--${data.late ? "late" : "good"}`;
  return line;
}

function teller(status) {
  let fresh = 0;
  let saidAt = 0;
  let waiting = null;
  const say = () => {
    waiting = null;
    saidAt = Date.now();
    status.textContent = status.dataset.words.replace("%", fresh);
    fresh = 0;
  };
  return () => {
    fresh += 1;
    waiting ??= setTimeout(say, Math.max(500, saidAt + SAY_EVERY_MS - Date.now()));
  };
}

function follow(section) {
  const list = section.querySelector("[data-live-lines]");
  const template = section.querySelector("template");
  const button = section.querySelector("[data-live-stop]");
  const tell = teller(section.querySelector("[data-live-status]"));
  let newest = Math.max(-1, ...[...list.children].map((line) => Number(line.dataset.position)));
  let source = null;
  let stopped = false;

  function take(event) {
    const position = Number(event.lastEventId);
    if (!(position > newest)) return;
    newest = position;
    section.querySelector("[data-live-none]")?.remove();
    list.hidden = false;
    list.prepend(lineOf(template, JSON.parse(event.data), position));
    while (list.children.length > KEPT) list.lastElementChild.remove();
    tell();
  }

  function open() {
    if (source || stopped || document.hidden) return;
    source = new EventSource(section.dataset.live);
    source.addEventListener("resolved", take);
    // Closed for good (the server was away): look again later. Otherwise the browser comes back by itself.
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      source = null;
      setTimeout(open, AGAIN_MS);
    });
  }

  function close() {
    source?.close();
    source = null;
  }

  button.hidden = false;
  button.addEventListener("click", () => {
    stopped = !stopped;
    button.textContent = stopped ? button.dataset.start : button.dataset.stop;
    if (stopped) close();
    else open();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  open();
}

export function live() {
  if (!("EventSource" in window)) return;
  for (const section of document.querySelectorAll("[data-live]")) follow(section);
}
