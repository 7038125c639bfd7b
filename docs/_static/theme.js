// The explorers and the figures follow JupyterLab's mark of a dark theme: set it as the page says.
const page = document.documentElement;
function follow() {
  document.body.dataset.jpThemeLight = String(page.dataset.theme !== "dark");
}
document.addEventListener("DOMContentLoaded", () => {
  follow();
  new MutationObserver(follow).observe(page, { attributeFilter: ["data-theme"] });
  reach();
  addEventListener("resize", reach);
});

// What scrolls by itself has to be reached by keys.
function reach() {
  for (const formula of document.querySelectorAll("math[display=block]")) {
    if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
    else formula.removeAttribute("tabindex");
  }
}
