/* A point on the map and its two numbers say the same: a tap on the map fills the field, a pasted pair moves the pin. */
"use strict";
document.querySelectorAll("[data-pick]").forEach(function (box) {
  var frame = box.querySelector("iframe"), field = document.getElementById(box.dataset.pick);
  box.hidden = false;
  window.addEventListener("message", function (event) {
    var at = event.origin === location.origin && event.source === frame.contentWindow && event.data && event.data.chosen;
    if (Array.isArray(at) && at.length === 2 && at.every(isFinite)) field.value = at.join(", ");
  });
  field.addEventListener("change", function () {
    var at = field.value.split(/[,;\s]+/).map(Number);
    if (at.length === 2 && at.every(isFinite)) frame.contentWindow.postMessage({ shown: at }, location.origin);
  });
});
