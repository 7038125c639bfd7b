// The explorers follow JupyterLab's mark of a dark theme: set it as the page's own theme says.
const follow = () => {
  document.body.dataset.jpThemeLight = String(document.documentElement.dataset.theme !== "dark");
};
new MutationObserver(follow).observe(document.documentElement, { attributeFilter: ["data-theme"] });
follow();
