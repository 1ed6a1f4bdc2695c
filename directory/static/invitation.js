// The code of an invitation stands behind "#" in the link on the card: put it into the form, and out of the address.
"use strict";

(() => {
  const code = decodeURIComponent(location.hash.slice(1));
  const field = document.querySelector("[data-from-link]");
  if (!field || !code) return;
  history.replaceState(null, "", location.pathname);
  if (!field.value) field.value = code;
})();
