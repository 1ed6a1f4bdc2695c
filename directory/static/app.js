// Three comforts on top of pages that work without it: leaving fast, "near me", suggestions. Nothing is stored.
"use strict";

// Quick exit: empty the page, take the search out of this tab's history, then leave through the plain link.
(() => {
  const exit = document.querySelector("[data-exit]");
  if (!exit) return;
  let presses = [];
  const leave = () => {
    document.body.classList.add("left");
    document.title = "";
    history.replaceState(null, "", "/");
    location.replace(exit.href);
  };
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift") {
      presses = [];
      return;
    }
    presses = [...presses.filter((at) => event.timeStamp - at < 5000), event.timeStamp];
    if (presses.length >= 3) leave();
  });
})();

// "Use my position": asked for only after a tap, rounded to about 100 m before it leaves the phone.
for (const button of document.querySelectorAll("[data-locate]")) {
  const form = button.form;
  const said = form.querySelector("[data-said]");
  if (!("geolocation" in navigator) || !window.isSecureContext) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    said.textContent = button.dataset.waiting;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.vt.value = `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`;
        form.elements.vt.disabled = false;
        if (form.elements.o) form.elements.o.value = "";
        form.requestSubmit();
      },
      (error) => {
        button.removeAttribute("aria-busy");
        said.textContent = error.code === 1 ? button.dataset.refused : button.dataset.failed;
        if (form.elements.o) form.elements.o.focus();
      },
      { timeout: 12000, maximumAge: 60000 },
    );
  });
}

// Who types another place no longer means the position found before.
for (const form of document.querySelectorAll("form")) {
  if (!form.elements.vt || !form.elements.o) continue;
  form.elements.o.addEventListener("input", () => { form.elements.vt.disabled = true; });
}
// An empty field makes the address longer and says nothing.
for (const form of document.querySelectorAll("form[data-tidy]")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  });
}
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const field of document.querySelectorAll("form[data-tidy] :disabled")) field.disabled = false;
});

// Suggestions while typing: a listbox under the box, for fingers and for arrow keys.
for (const input of document.querySelectorAll("[data-suggest]")) {
  const list = document.createElement("ul");
  const form = input.form;
  let timer = 0;
  let asked = null;
  let chosen = -1;
  let typed = "";
  list.className = "suggest";
  list.id = `${input.id}-list`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.label);
  input.parentElement.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const show = (words) => {
    list.replaceChildren(...words.map((word, number) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${number}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.textContent = word;
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        input.value = word;
        form.requestSubmit();
      });
      return item;
    }));
    chosen = -1;
    list.hidden = words.length === 0;
    input.setAttribute("aria-expanded", String(words.length > 0));
  };
  const choose = (step) => {
    const count = list.children.length;
    // -1 is the box itself with what was typed; past either end the choice wraps round through it.
    chosen += step;
    if (chosen >= count) chosen = -1;
    if (chosen < -1) chosen = count - 1;
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === chosen)));
    input.value = chosen < 0 ? typed : list.children[chosen].textContent;
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[chosen].id);
  };
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(`/goi-y?q=${encodeURIComponent(typed)}`, { signal: asked.signal });
      if (answer.ok && document.activeElement === input) show((await answer.json()).suggestions);
    } catch {
      close(); // Without a line the box still searches.
    }
  };
  input.addEventListener("input", () => {
    typed = input.value;
    clearTimeout(timer);
    if (typed.trim().length < 2) close();
    else timer = setTimeout(ask, 160);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(1);
    else if (event.key === "ArrowUp") choose(-1);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
}
