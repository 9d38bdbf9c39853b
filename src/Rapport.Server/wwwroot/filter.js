// A comfort: a list narrows down as one types. Without it, the button beside the field does the same.
"use strict";

for (const form of document.querySelectorAll("form[data-filter]")) {
  const list = document.getElementById(form.dataset.filter);
  let asked = 0;
  let waiting = 0;

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const turn = ++asked;
      const address = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
      const answer = await fetch(address);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById(list.id);
      if (turn === asked && answer.ok && found) {
        list.replaceChildren(...found.childNodes);
        history.replaceState(null, "", address);
      }
    }, 200);
  });

  // Somebody was quicker than this file.
  const field = form.querySelector("[type=search]");
  if (field.value !== field.defaultValue) {
    form.dispatchEvent(new Event("input"));
  }
}
