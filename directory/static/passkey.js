// Passkeys: the form carries what the browser is asked, and takes its answer; without this script other ways remain.
"use strict";

(() => {
  const fromText = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const asked = (options) => {
    options.challenge = fromText(options.challenge);
    if (options.user) options.user.id = fromText(options.user.id);
    for (const known of [...(options.allowCredentials || []), ...(options.excludeCredentials || [])]) {
      known.id = fromText(known.id);
    }
    return options;
  };
  const answered = ({ id, type, rawId, response }) => {
    const answer = { id, type, rawId: toText(rawId), response: { clientDataJSON: toText(response.clientDataJSON) } };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[part]) answer.response[part] = toText(response[part]);
    }
    return JSON.stringify(answer);
  };

  for (const form of document.querySelectorAll("[data-passkey]")) {
    if (!window.PublicKeyCredential || !navigator.credentials) continue;
    const said = form.querySelector("[data-said]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (form.elements["tra-loi"].value) return;
      event.preventDefault();
      said.textContent = "";
      try {
        const publicKey = asked(JSON.parse(form.dataset.options));
        const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
        form.elements["tra-loi"].value = answered(credential);
        form.requestSubmit();
      } catch {
        said.textContent = said.dataset.failed;
      }
    });
  }
})();
