// "Copy the code": the button is hidden until there is a clipboard to copy to.
const SHOWN_MS = 3000;

export function copyButtons() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const words = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied || words;
      setTimeout(() => (button.textContent = words), SHOWN_MS);
    });
  }
}
