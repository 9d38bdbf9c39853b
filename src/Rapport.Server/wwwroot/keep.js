// Lets this device keep a sealed copy for when there is no network, and take it back.

class Told extends Error {}

let showing = Promise.resolve();
let isUnsentMeant = location.hash === "#unsent";

const page = document.querySelector("[data-keep]");
const part = name => page.querySelector(`[data-keep-${name}]`);
const form = part("form");
const isPossible = window.isSecureContext && "serviceWorker" in navigator && "indexedDB" in window && "locks" in navigator && crypto.subtle;
// A passkey belongs to a name: at a bare address such as 127.0.0.1 there are none.
const hasPasskeys = window.PublicKeyCredential && !/^[\d.]+$|:/.test(location.hostname);

part("script").hidden = true;
if (isPossible) {
  for (const choice of page.querySelectorAll("[data-keep-way='passkey']")) {
    choice.hidden = !hasPasskeys;
    choice.querySelector("input").disabled = !hasPasskeys;
  }

  const show = isOn => {
    form.hidden = isOn || !form.querySelector("[name=way]:enabled");
    part("none").hidden = isOn || !form.hidden;
    part("on").hidden = !isOn;
  };
  const choose = () => part("password").hidden = form.elements.way.value !== "password";
  form.addEventListener("change", choose);
  form.querySelector("[name=way]:enabled")?.click();
  choose();
  // Heard from the first moment on, also while what does it is on its way.
  const opening = import(document.documentElement.dataset.kept);
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const button = form.querySelector("button");
    say("");
    part("gone").hidden = true;
    button.disabled = true;
    let kept;
    try {
      kept = await opening;
      const way = form.elements.way.value === "passkey" ? await kept.byPasskey(await passkeys()) : await kept.byPassword(await checked(form.elements.password.value));
      await kept.turnOn(way, form.elements.card?.checked === true, form.elements.children?.checked === true);
      await navigator.serviceWorker.register(document.documentElement.dataset.worker);
      anew("on");
    } catch (error) {
      say(words(kept, error));
    } finally {
      button.disabled = false;
    }
  });
  part("off").addEventListener("click", async event => {
    const kept = await opening.catch(() => null);
    if (!kept) {
      alert(form.dataset.offFailed);
      return;
    }

    if ((await kept.unsent()).length > 0 && !confirm(event.target.dataset.question)) {
      return;
    }

    await kept.wipe();
    anew("off");
  });

  // Known at once, so that nothing moves when it is known for sure. Where nothing is kept, no database is made by asking.
  const isKept = localStorage.getItem("rapport-kept") !== null;
  show(isKept);
  const kept = await opening;
  show(isKept && await kept.readLock() !== null);
  tellDone();
  if (isKept) {
    showUnsent(kept);
  }

  kept.onOutbox(() => showUnsent(kept));
  kept.onDeleted(() => {
    show(false);
    document.querySelector("[data-unsent-list]").hidden = true;
  });
} else {
  part("impossible").hidden = false;
}

// The page as it is from now on, with what was done: it comes when the server has answered, and moves nothing under its reader's hand.
function anew(done) {
  history.replaceState({ done }, "");
  location.reload();
}

// What was done just now, and is so.
function tellDone() {
  const done = history.state?.done;
  history.replaceState(null, "");
  if (done === "on" && !part("on").hidden) {
    part("on").focus();
  } else if (done === "off" && part("on").hidden) {
    part("gone").hidden = false;
  }
}

// Those of whoever is signed in, as the server asks for them.
async function passkeys() {
  const answer = await fetch(form.dataset.question, { method: "POST", body: new FormData(form) });
  if (!answer.ok) {
    throw new Error("no question");
  }

  const { options } = await answer.json();
  return options.allowCredentials.map(known => Uint8Array.from(atob(known.id.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0)));
}

// What seals must be what its person knows: the server says whether it is.
async function checked(password) {
  const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form) });
  if (answer.status === 422 || answer.status === 429) {
    throw new Told(await answer.text());
  }

  if (!answer.ok || answer.redirected) {
    throw new Error("not checked");
  }

  return password;
}

function words(kept, error) {
  if (error instanceof Told) {
    return error.message.charAt(0).toUpperCase() + error.message.slice(1);
  }

  return kept && error instanceof kept.NoPrf ? form.dataset.noPrf : error.name === "NotAllowedError" ? form.dataset.notAllowed : form.dataset.failed;
}

function say(text) {
  const problem = part("problem");
  problem.textContent = text;
  problem.hidden = text === "";
}

// One after the other: what is shown last is what there is.
function showUnsent(kept) {
  showing = showing.catch(() => {}).then(() => showUnsentNow(kept));
}

// What was written without a network and is not sent: why, and what its writer can do.
async function showUnsentNow(kept) {
  const box = document.querySelector("[data-unsent-list]");
  const problem = box.querySelector("[data-unsent-problem]");
  const list = box.querySelector("ul");
  const entries = (await kept.unsent()).sort((a, b) => a.at - b.at);
  box.hidden = entries.length === 0;
  if (box.hidden) {
    list.replaceChildren();
    return;
  }

  try {
    const key = await kept.sessionKey();
    list.replaceChildren(...await Promise.all(entries.map(async entry => item(kept, key, await kept.readUnsent(key, entry)))));
    problem.hidden = true;
    goToUnsent(box);
  } catch {
    problem.hidden = false;
  }
}

// Whoever comes because of it sees it first; it was not there yet when the page opened.
function goToUnsent(box) {
  if (isUnsentMeant) {
    isUnsentMeant = false;
    box.scrollIntoView();
  }
}

function item(kept, key, message) {
  const made = document.querySelector("[data-unsent-item]").content.cloneNode(true);
  made.querySelector("[data-subject]").textContent = message.subject;
  made.querySelector("[data-text]").textContent = message.text;
  made.querySelector(`[data-why="${message.why ?? "waiting"}"]`).hidden = false;
  const again = made.querySelector("[data-again]");
  again.hidden = message.why !== "urgent";
  again.addEventListener("click", async () => {
    try {
      await kept.tryAgain(key, message, true);
      await kept.keepSending();
    } catch {
      showUnsent(kept);
    }
  });
  made.querySelector("[data-drop]").addEventListener("click", () => kept.dropUnsent(message.once));
  return made;
}
