// How many characters are left in a long text. Counted as the server does: code points of the NFC form.
const QUIET_MS = 700;

export function counters() {
  for (const field of document.querySelectorAll("[data-counter]")) {
    const words = document.getElementById(field.dataset.counter);
    const limit = Number(field.dataset.maxLength);
    if (!words || !limit) continue;
    const spoken = document.createElement("span");
    spoken.className = "govuk-visually-hidden";
    spoken.setAttribute("aria-live", "polite");
    words.after(spoken);
    let timer = 0;
    const show = () => {
      const left = limit - [...field.value.normalize("NFC")].length;
      const template = left < 0 ? words.dataset.over : words.dataset.left;
      words.textContent = template.replace("{n}", new Intl.NumberFormat(document.documentElement.lang).format(Math.abs(left)));
      words.classList.toggle("counter--over", left < 0);
      clearTimeout(timer);
      timer = setTimeout(() => (spoken.textContent = words.textContent), QUIET_MS);
    };
    field.addEventListener("input", show);
    if (field.value) show();
  }
}
