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

  // On a narrow screen all filters but the first fold away; a chosen one keeps them open.
  var filters = document.getElementById("ledger-filters");
  var more = filters && filters.querySelector("[data-filters-more]");
  if (more) {
    more.hidden = false;
    var fold = function (folded) {
      filters.classList.toggle("folded", folded);
      more.setAttribute("aria-expanded", String(!folded));
    };
    var chosen = Array.prototype.some.call(filters.querySelectorAll(".filter-field:not(:first-child) :is(input, select)"), function (field) {
      return field.value !== "";
    });
    fold(!chosen);
    more.addEventListener("click", function () { fold(!filters.classList.contains("folded")); });
  }

  document.addEventListener("change", function (event) {
    if (event.target.closest("#ledger-bulk")) show();
  });
  document.addEventListener("selection", show);
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
