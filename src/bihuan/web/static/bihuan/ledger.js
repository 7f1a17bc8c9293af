// Lists: says how many rows are selected, and lets batch buttons work only when some are.
(function () {
  "use strict";

  function show() {
    var bar = document.querySelector("[data-bulk-bar]");
    if (!bar) return;
    var count = document.querySelectorAll("#ledger-bulk tbody input[name=pk]:checked").length;
    var words = bar.querySelector("[data-selected]");
    if (!words.dataset.none) words.dataset.none = words.textContent;
    words.textContent = count ? words.dataset.words.replace("%n", String(count)) : words.dataset.none;
    bar.querySelectorAll("button").forEach(function (button) { button.disabled = count === 0; });
  }

  document.addEventListener("change", function (event) {
    if (event.target.closest("#ledger-bulk")) show();
  });
  document.addEventListener("selection", show);
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
