// Three comforts for a slip: print, copy its short text, hand it to another app. Without them the page works, too.
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const box of document.querySelectorAll("[data-shared]")) {
  const text = box.querySelector("[data-text]").textContent.trim();
  const said = box.querySelector("[data-said]");
  const copy = box.querySelector("[data-copy]");
  const share = box.querySelector("[data-share]");
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text);
        said.textContent = copy.dataset.done;
      } catch {
        said.textContent = copy.dataset.failed;
      }
    });
  }
  if (navigator.share) {
    share.hidden = false;
    share.addEventListener("click", async () => {
      try {
        await navigator.share({ text });
      } catch (error) {
        // She closed the list of apps: nothing to say.
        if (error.name !== "AbortError") said.textContent = share.dataset.failed;
      }
    });
  }
}
