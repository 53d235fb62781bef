// After a refused form: the summary is where the reader starts, and each line leads into its field.
export function errorSummary() {
  const summary = document.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    const field = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
    if (!field) return;
    event.preventDefault();
    const group = field.closest("fieldset, .govuk-form-group") || field;
    group.scrollIntoView();
    field.focus({ preventScroll: true });
  });
}
