// File fields: what was chosen, dropping files on the box, and a word before a file too large is sent in vain.
export function fileInputs() {
  for (const box of document.querySelectorAll("[data-file-input]")) {
    const input = box.querySelector("input[type=file]");
    if (!input) continue;
    input.addEventListener("change", () => show(box, input));
    dropping(box, input);
    input.form?.addEventListener("submit", (event) => {
      if (problems(box, input).length === 0) return;
      event.preventDefault();
      show(box, input);
      input.focus();
    });
  }
}

function problems(box, input) {
  const limit = Number(box.dataset.maxBytes) || Infinity;
  return [...input.files].flatMap((file) => {
    if (file.size > limit) return [fill(box.dataset.tooBig, file)];
    if (file.size === 0) return [fill(box.dataset.empty, file)];
    return [];
  });
}

function show(box, input) {
  const list = box.querySelector(".file-input__chosen");
  list.replaceChildren(...[...input.files].map((file) => item(`${file.name} (${size(file.size)})`)));
  list.hidden = input.files.length === 0;
  say(box, input, problems(box, input));
}

// The message stands beside the field, like one from the server, and leaves with its cause.
function say(box, input, found) {
  const id = `${input.id}-too-big`;
  document.getElementById(id)?.remove();
  const described = (input.getAttribute("aria-describedby") || "").split(" ").filter((part) => part && part !== id);
  const group = box.closest(".govuk-form-group");
  if (found.length) {
    const message = document.createElement("p");
    message.id = id;
    message.className = "govuk-error-message";
    message.setAttribute("role", "alert");
    const word = document.createElement("span");
    word.className = "govuk-visually-hidden";
    word.textContent = `${box.dataset.errorWord} `;
    message.append(word, found.join(" "));
    box.before(message);
    described.push(id);
  }
  const fromServer = document.getElementById(`${input.id}-error`);
  group?.classList.toggle("govuk-form-group--error", found.length > 0 || fromServer !== null);
  if (described.length) input.setAttribute("aria-describedby", described.join(" "));
  else input.removeAttribute("aria-describedby");
}

function dropping(box, input) {
  const over = (on) => box.classList.toggle("file-input--over", on);
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  box.addEventListener("dragleave", () => over(false));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    const kept = new DataTransfer();
    for (const file of input.multiple ? files : files.slice(0, 1)) kept.items.add(file);
    input.files = kept.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function item(words) {
  const element = document.createElement("li");
  element.textContent = words;
  return element;
}

function fill(template, file) {
  return template.replace("{name}", file.name).replace("{size}", size(file.size));
}

function size(bytes) {
  const number = (value, digits) =>
    new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits }).format(value);
  if (bytes < 1024 * 1024) return `${number(Math.max(1, bytes / 1024), 0)}\u00a0KB`;
  const megabytes = bytes / 1024 / 1024;
  return `${number(megabytes, megabytes < 10 ? 1 : 0)}\u00a0MB`;
}
