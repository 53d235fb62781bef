// A form sent once stays sent: a second click within the wait does nothing. The server holds the line anyway.
const WAIT_MS = 8000;

export function guardAgainstDoubleSubmit() {
  const sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.querySelector("[data-once]")) return;
    const key = event.submitter?.value ?? "";
    const before = sent.get(form);
    if (before && before.key === key && Date.now() - before.at < WAIT_MS) {
      event.preventDefault();
      return;
    }
    sent.set(form, { key, at: Date.now() });
    // aria-disabled, not disabled: a disabled button would not send its own name and value.
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(() => event.submitter?.removeAttribute("aria-disabled"), WAIT_MS);
  });
  // Back from the next page by the browser's own memory: the form may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.forms) sent.delete(form);
    for (const button of document.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  });
}
