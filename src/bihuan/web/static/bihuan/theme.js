// Runs before the first paint: a person without a choice of their own follows the system's light or dark.
(function () {
  var root = document.documentElement;
  if (root.dataset.themeChoice === "auto" && window.matchMedia("(prefers-color-scheme: dark)").matches) {
    root.setAttribute("data-bs-theme", "dark");
  }
})();
