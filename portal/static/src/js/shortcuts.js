// Keys of the officers' desk. Everything they do is a link or a field of the page; they can be switched off
// (WCAG 2.1.4), and are silent while somebody types.
const OFF = "desk-shortcuts-off";
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

function isOff() {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
}

function setOff(off) {
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // A browser that keeps nothing has them on at the next page.
  }
}

const rows = () => [...document.querySelectorAll(".queue tbody tr")];
const current = () => rows().findIndex((row) => row.contains(document.activeElement));

function move(step) {
  const all = rows();
  const next = Math.min(Math.max(current() + step, 0), all.length - 1);
  all[next]?.querySelector("a")?.focus();
}

function tick() {
  const box = rows()[current()]?.querySelector("input[type=checkbox]");
  if (box) box.click();
}

const follow = (selector) => document.querySelector(selector)?.click();

const DOES = {
  j: () => move(1),
  k: () => (current() < 0 ? move(1) : move(-1)),
  o: () => rows()[current()]?.querySelector("a")?.click(),
  x: tick,
  n: () => follow(".pages a[rel=next]"),
  "/": () => document.querySelector("#f-q")?.focus(),
  u: () => follow(".desk-back, .govuk-breadcrumbs__list-item:nth-last-child(2) a"),
  a: () => follow(".desk-head__jump a"),
  "?": () => follow("[data-shortcuts] a"),
};

function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target instanceof Element && event.target.closest(TYPING)) return;
  const does = Object.hasOwn(DOES, event.key) ? DOES[event.key] : null;
  if (!does) return;
  event.preventDefault();
  does();
}

function listen() {
  const told = document.querySelector("[data-shortcuts]");
  if (!told || isOff()) return;
  told.hidden = false;
  document.addEventListener("keydown", press);
}

function offerSwitch() {
  const button = document.querySelector("[data-shortcuts-switch]");
  if (!button) return;
  const status = document.querySelector("[data-shortcuts-status]");
  const say = () => {
    button.textContent = isOff() ? button.dataset.on : button.dataset.off;
    status.textContent = isOff() ? status.dataset.off : status.dataset.on;
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    setOff(!isOff());
    say();
  });
  say();
}

export function shortcuts() {
  listen();
  offerSwitch();
}
