// Plus and minus beside the numbers of what was handed out; without this file they are typed.
"use strict";
for (const button of document.querySelectorAll("[data-step]")) {
  const number = document.getElementById(button.dataset.of);
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = Math.max(0, (Number(number.value) || 0) + Number(button.dataset.step));
    number.value = next === 0 ? "" : Math.min(next, Number(number.max));
  });
}
