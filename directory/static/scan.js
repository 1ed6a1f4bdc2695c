// A scanned slip: its token stands behind the # of the address, which no server and no log ever sees. It is taken out of
// the address and of this tab's history at once, and sent as a form.
"use strict";

const sendToken = () => {
  const form = document.querySelector("[data-scan]");
  const token = location.hash.slice(1);
  if (!form || !token || token === "noi-dung") return;
  history.replaceState(null, "", location.pathname);
  form.elements.token.value = token;
  form.submit();
};
sendToken();
// The next slip may be scanned into the same tab.
addEventListener("hashchange", sendToken);
