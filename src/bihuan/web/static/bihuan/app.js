// Behaviour every page shares. No inline handlers: the content security policy forbids them.
(function () {
  "use strict";

  // A form is sent once, however impatient the finger.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent === "1") {
      event.preventDefault();
      return;
    }
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      form.dataset.sent = "1";
      setTimeout(function () { form.dataset.sent = ""; }, 4000);
    }
  });

  // Changing a filter sends it; without this script the button beside it does.
  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-autosubmit]");
    if (form) form.requestSubmit();
  });

  // "Select all" in a table head.
  document.addEventListener("change", function (event) {
    if (!event.target.matches("[data-select-all]")) return;
    var table = event.target.closest("table");
    table.querySelectorAll("tbody input[type=checkbox][name=pk]").forEach(function (box) {
      box.checked = event.target.checked;
    });
    document.dispatchEvent(new CustomEvent("selection"));
  });

  // Leaving a form with unsaved words asks first.
  var dirty = null;
  document.addEventListener("input", function (event) {
    var form = event.target.closest("form[data-guard]");
    if (form) dirty = form;
  });
  document.addEventListener("submit", function () { dirty = null; });
  window.addEventListener("beforeunload", function (event) {
    if (dirty) event.preventDefault();
  });

  // "/" goes to the search over everything, "f" to the page's own search, as clerks who work in lists all day expect.
  document.addEventListener("keydown", function (event) {
    if ((event.key !== "/" && event.key !== "f") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    var seen = function (box) { return box.offsetParent !== null; };
    var own = Array.prototype.filter.call(document.querySelectorAll("main input[type=search]"), seen)[0];
    var everywhere = Array.prototype.filter.call(document.querySelectorAll("[data-search]"), seen)[0];
    var box = event.key === "/" ? everywhere || own : own;
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  });

  // Which groups of the menu are folded is kept by the browser; the server draws them so from the start (web/context.py).
  var folds = document.querySelectorAll("#menu details[data-fold]");
  // Only what a person folds or opens is kept: "toggle" is told of the groups too that stand open because of the page.
  folds.forEach(function (fold) {
    fold.querySelector("summary").addEventListener("click", function () {
      var kept = /(?:^|; )bihuan_folded=([^;]*)/.exec(document.cookie);
      var folded = kept ? kept[1].split(".").filter(Boolean) : [];
      if (!kept) folds.forEach(function (one) { if (!one.open) folded.push(one.dataset.fold); });
      var code = fold.dataset.fold, opens = !fold.open; // the click comes before the change
      folded = folded.filter(function (one) { return one !== code; });
      if (!opens) folded.push(code);
      document.cookie = "bihuan_folded=" + folded.join(".") + ";path=/;max-age=31536000;samesite=lax";
    });
  });

  // The demo's sign-in page fills in an account on request.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-fill-login]");
    if (!button) return;
    document.getElementById("id_login").value = button.dataset.fillLogin;
    document.getElementById("id_password").value = button.dataset.fillPassword;
    document.getElementById("id_password").form.querySelector("button").focus();
  });

  // Copy a field's value. Without a clipboard (no TLS, an old browser) the text is selected, for Ctrl+C.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) return;
    var field = document.querySelector(button.dataset.copy);
    var say = function (words) {
      var place = document.querySelector(button.dataset.copySays);
      if (place) place.textContent = words;
    };
    var select = function () {
      field.focus();
      field.select();
      var copied = false;
      try { copied = document.execCommand("copy"); } catch (refused) { copied = false; }
      say(copied ? button.dataset.copied : button.dataset.selected);
    };
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(field.value).then(function () { say(button.dataset.copied); }, select);
    } else {
      select();
    }
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
    // Escape hatch for explanations: a click elsewhere closes an open "why?".
    document.querySelectorAll("details.why[open]").forEach(function (open) {
      if (!open.contains(event.target)) open.removeAttribute("open");
    });
  });
})();
