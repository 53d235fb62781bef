// The list of procedures follows what is typed: the same page is asked for, and its list put in the place of this one.
// Without this file the button asks for it. Older questions are given up; what is being used is not taken away.
const QUIET_MS = 250;
const SAY_MS = 900;

function addressOf(form) {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value.trim()) asked.append(name, value.trim());
  const query = asked.toString();
  return form.action.replace(/[?#].*$/, "") + (query ? `?${query}` : "");
}

function put(page, part) {
  const here = document.querySelector(`[data-found="${part}"]`);
  const there = page.querySelector(`[data-found="${part}"]`);
  if (!here || !there || here.contains(document.activeElement)) return;
  here.replaceChildren(...there.childNodes);
}

function follow(form) {
  const status = form.querySelector("[data-found-status]");
  let shown = addressOf(form);
  let question = null;
  let timer = 0;
  let saying = 0;

  function show(html, address) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const told = page.querySelector("#results")?.textContent ?? "";
    put(page, "list");
    put(page, "filters");
    document.title = page.title;
    history.replaceState(history.state, "", address);
    shown = address;
    clearTimeout(saying);
    saying = setTimeout(() => (status.textContent = told), SAY_MS);
  }

  async function ask() {
    const address = addressOf(form);
    question?.abort();
    if (address === shown) return;
    question = new AbortController();
    const { signal } = question;
    try {
      const answer = await fetch(address, { signal, headers: { Accept: "text/html" } });
      if (answer.ok && !answer.redirected) show(await answer.text(), address);
    } catch (error) {
      // Given up for a newer question, or the connection is away: the list stays, and the button asks again.
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  }

  form.addEventListener("input", (event) => {
    if (event.target.name !== "q") return;
    clearTimeout(timer);
    timer = setTimeout(ask, QUIET_MS);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    question?.abort();
  });
}

export function finder() {
  for (const form of document.querySelectorAll("[data-finder]")) follow(form);
}
