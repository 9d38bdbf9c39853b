// Comforts only: every page works without this file.
"use strict";

prepare(document);
proposeZone();
listen(document.querySelector("[data-hears]"));
keepOfflinePage();
tendKept();

// What this device keeps for when there is no network is brought up to date as long as its person is signed in, and goes when they are not any more.
async function tendKept() {
  const { kept: script, signedOut } = document.documentElement.dataset;
  if (localStorage.getItem("rapport-kept") === null) {
    return;
  }

  const opening = import(script);
  if (signedOut !== undefined) {
    await (await opening).wipe();
    return;
  }

  // Whoever goes on is asked before what they wrote and did not send goes too. It all goes before they do, since nobody knows whether the page that follows is ever read; but where the server may refuse, with the page that says that it is done.
  // Heard from the first moment on, also while the script that deletes it is on its way; where that does not come, they are signed out all the same.
  for (const form of document.querySelectorAll("form[data-wipes]")) {
    form.addEventListener("submit", async event => {
      event.preventDefault();
      const kept = await opening.catch(() => null);
      const waiting = await kept?.unsent().catch(() => []) ?? [];
      if (waiting.length === 0 || confirm(form.dataset.wipes)) {
        if (form.dataset.mayBeRefused === undefined) {
          await kept?.wipe().catch(() => {});
        }

        if (navigator.onLine) {
          form.submit();
        } else {
          alert(form.dataset.noNetwork);
          location.reload();
        }
      }
    });
  }

  const kept = await opening;
  const tell = async () => {
    const notice = document.querySelector("[data-unsent]");
    if (notice) {
      notice.hidden = !(await kept.unsent()).some(entry => entry.why);
    }
  };
  kept.onOutbox(tell);
  addEventListener("online", () => kept.keepSending().catch(() => {}));
  // Without a network it is tried again, here or on the next page.
  await kept.visit().catch(() => {});
  await tell();
}

// A page that opens where there is no network. The browser has time for it once this page is whole; one that keeps none opens its own.
function keepOfflinePage() {
  const { worker } = document.documentElement.dataset;
  if (worker && "serviceWorker" in navigator) {
    addEventListener("load", () => navigator.serviceWorker.register(worker).catch(() => {}));
  }
}

// Times are told by this browser's clock from the next page on, unless its reader chose another.
function proposeZone() {
  const name = document.querySelector("[data-propose-zone]")?.dataset.proposeZone;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (name && zone && !document.cookie.split("; ").some(cookie => cookie.startsWith(`${name}=`))) {
    document.cookie = `${name}=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  }
}

// What must not be missed (somebody opened an emergency door, somebody asks for access) comes to a page that is open. A page that nobody sees listens to nothing; seen again, it hears what it missed.
function listen(part) {
  let source = null;
  const close = () => {
    source?.close();
    source = null;
  };
  const open = () => {
    if (part && !source && !document.hidden) {
      source = new EventSource(part.dataset.hears);
      source.addEventListener("told", tell);
    }
  };
  const tell = async () => {
    try {
      const answer = await fetch("/told", { cache: "no-store" });
      const told = answer.ok && !answer.redirected && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("told");
      if (told) {
        part.dataset.hears = told.dataset.hears;
        // What says the same stays: somebody may be answering it.
        if (told.textContent.trim() !== part.textContent.trim()) {
          part.replaceChildren(...document.importNode(told, true).childNodes);
        }
      }
    } catch {
      // The connection is gone for a moment: the next event asks again.
    }
  };
  document.addEventListener("visibilitychange", () => document.hidden ? close() : open());
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

function send(form) {
  const progress = form.querySelector("[data-progress]");
  const bar = progress.querySelector("progress");
  const words = progress.querySelector("[data-progress-words]");
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();

  progress.hidden = false;
  button.disabled = true;
  words.textContent = form.dataset.sending;

  request.upload.addEventListener("progress", event => {
    if (event.lengthComputable) {
      bar.max = event.total;
      bar.value = event.loaded;
    }
  });
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    words.textContent = form.dataset.reading;
  });
  request.addEventListener("load", () => {
    const went = new URL(request.responseURL);
    if (went.pathname !== new URL(form.action).pathname) {
      location.assign(went); // signed out meanwhile
    } else {
      show(request.responseText);
    }
  });
  request.addEventListener("error", () => fail(form));

  request.open("POST", form.action);
  request.send(new FormData(form));
}

function fail(form, words) {
  const failed = form.querySelector("[data-failed]");
  form.querySelector("[data-progress]").hidden = true;
  form.querySelector("button").disabled = false;
  if (words) {
    failed.querySelector("[data-failed-words]").textContent = words;
  }
  failed.hidden = false;
  failed.focus();
}

// The answer to a form that needs another look: the same page, with what is wrong.
function show(html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const main = document.querySelector("main");
  main.replaceWith(document.importNode(answer.querySelector("main"), true));
  document.title = answer.title;
  const start = document.querySelector("main");
  prepare(start);
  start.focus();
  scrollTo(0, 0);
}

function prepare(root) {
  // A file on its way shows how far it is. Without this the browser sends the same form on its own.
  for (const form of root.querySelectorAll("form[data-upload]")) {
    form.addEventListener("submit", event => {
      event.preventDefault();
      if (form.querySelector("[type=file]").files[0].size > Number(form.dataset.most)) {
        fail(form, form.dataset.tooLarge + ".");
      } else {
        send(form);
      }
    });
  }

  // A file may be dropped anywhere on the zone; without this, on the field in it.
  for (const zone of root.querySelectorAll("[data-drop]")) {
    const field = zone.querySelector("[type=file]");
    const lit = on => zone.classList.toggle("lit", on);
    zone.addEventListener("dragover", event => {
      event.preventDefault();
      lit(true);
    });
    zone.addEventListener("dragleave", () => lit(false));
    zone.addEventListener("drop", event => {
      event.preventDefault();
      lit(false);
      if (event.dataTransfer.files.length === 1) {
        field.files = event.dataTransfer.files;
        field.focus();
      }
    });
  }

  // What is written for a choice makes it, and another choice empties it. Without this the server asks which of the two is meant.
  for (const field of root.querySelectorAll("[data-choice]")) {
    const choice = document.getElementById(field.dataset.choice);
    field.addEventListener("input", () => choice.checked ||= field.value !== "");
    for (const other of field.form.querySelectorAll(`[name="${choice.name}"]`)) {
      other.addEventListener("change", () => {
        if (!choice.checked) {
          if (field.type === "radio") {
            field.checked = false;
          } else {
            field.value = "";
          }
        }
      });
    }
  }

  for (const button of root.querySelectorAll("button[data-back]")) {
    button.disabled = history.length < 2;
    button.addEventListener("click", () => history.back());
  }

  // On a narrow screen the kinds are one line to push sideways: show the one that is chosen.
  for (const list of root.querySelectorAll(".kinds")) {
    const chosen = list.querySelector("[aria-current]");
    if (chosen && list.scrollWidth > list.clientWidth) {
      list.scrollLeft = chosen.offsetLeft - list.offsetLeft - (list.clientWidth - chosen.offsetWidth) / 2;
    }
  }

  for (const button of root.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      button.textContent = button.dataset.copied;
    });
  }
}
