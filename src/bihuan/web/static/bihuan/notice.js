// A notice beside its proposal: what has the pointer or the focus is lit in the text. Without this script the links do.
(function () {
  "use strict";

  var pane = document.querySelector("[data-read-text]");
  if (!pane) return;
  var lit = [];

  function dim() {
    lit.forEach(function (one) { one.classList.remove("lit"); });
    lit = [];
  }

  function light(event) {
    var row = event.target.closest("[data-span]");
    if (!row) return;
    var words = document.getElementById(row.dataset.span);
    if (!words || words.classList.contains("lit")) return;
    dim();
    words.classList.add("lit");
    row.classList.add("lit");
    lit = [words, row];
    if (getComputedStyle(pane).position !== "sticky") return; // stacked: the page must not jump while typing
    var box = words.getBoundingClientRect();
    var frame = pane.getBoundingClientRect();
    if (box.top < frame.top + 40 || box.bottom > frame.bottom - 20) {
      pane.scrollTop += box.top - frame.top - frame.height / 3;
    }
  }

  document.addEventListener("mouseover", light);
  document.addEventListener("focusin", light);
  document.addEventListener("mouseleave", dim);
})();
