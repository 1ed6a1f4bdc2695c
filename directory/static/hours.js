/* Opening hours: only the fields of the chosen way are shown, and Monday's hours can be copied to Friday. */
"use strict";
document.querySelectorAll("[data-hours]").forEach(function (box) {
  var ways = box.querySelectorAll("[name=gio]"), copy = box.querySelector("[data-copy]");
  function follow() {
    var chosen = box.querySelector("[name=gio]:checked");
    box.querySelectorAll("[data-for]").forEach(function (part) {
      part.hidden = !chosen || part.dataset.for !== chosen.value;
    });
  }
  ways.forEach(function (way) { way.addEventListener("change", follow); });
  copy.hidden = false;
  copy.addEventListener("click", function () {
    for (var day = 1; day < 5; day++) {
      box.querySelectorAll("[name^='gio-0-']").forEach(function (cell) {
        box.querySelector("[name='" + cell.name.replace("gio-0-", "gio-" + day + "-") + "']").value = cell.value;
      });
    }
  });
  follow();
});
