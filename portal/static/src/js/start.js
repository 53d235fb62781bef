// A link that is called a button answers the space bar as one.
export function startButtons() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches('a[role="button"]')) return;
    event.preventDefault();
    event.target.click();
  });
}
