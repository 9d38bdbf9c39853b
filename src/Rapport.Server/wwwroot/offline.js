// The offline page: opens what this device keeps, when its person shows who they are, and tells when there is a network again. It goes nowhere by itself, somebody may be reading.

const part = name => document.querySelector(`[data-${name}]`);
const texts = part("kept").dataset;
const kept = await import(texts.script);

const back = part("back");
addEventListener("online", () => back.hidden = false);
addEventListener("offline", () => back.hidden = true);

// What was deleted elsewhere, and what was opened and left behind, is not shown any more.
kept.onDeleted(() => location.reload());
addEventListener("pageshow", event => event.persisted && location.reload());

let openedWith = null;
const writings = new Map();
const talks = new Map();
let showing = Promise.resolve();

// As soon as there is a network what waits is sent: from here, by another page, or by the worker.
addEventListener("online", send);
kept.onOutbox(sent => {
  const writing = writings.get(talks.get(sent));
  if (writing) {
    writing.said.textContent = texts.sent;
  }

  showUnsent();
});

// Heard before they can be seen.
let lock = null;
part("passkey").addEventListener("click", async () => {
  say("");
  try {
    await openWith(await kept.byPasskey([lock.way.id], lock.way.salt)) || say(texts.passkeyProblem);
  } catch {
    await sayWhy(texts.passkeyProblem);
  }
});

part("password").addEventListener("submit", async event => {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  say("");
  button.disabled = true;
  part("busy").hidden = false;
  try {
    await rest(lock.waitUntil - Date.now());
    const isRight = await openWith(await kept.byPassword(form.elements.password.value, lock.way.salt));
    part("busy").hidden = true;
    if (!isRight) {
      const noted = await kept.noteTry(false);
      lock = noted.lock ?? lock;
      say(fill(texts.wrong, Math.ceil(noted.wait / 1000)));
      await rest(noted.wait);
    }
  } catch {
    await sayWhy(texts.notOpened);
  } finally {
    part("busy").hidden = true;
    button.disabled = false;
  }
});

lock = await kept.readLock();
if (lock && kept.isTooOld(lock)) {
  await kept.wipe();
  part("too-old").hidden = false;
} else if (!lock) {
  part("nothing").hidden = false;
} else {
  part("locked").hidden = false;
  part(lock.way.kind).hidden = false;
  const card = await kept.readOpenCard(lock);
  if (card) {
    showCard(card);
  }
}

// Where nothing is kept any more, that is why.
async function sayWhy(words) {
  if (await kept.readLock().catch(() => lock) === null) {
    location.reload();
  } else {
    say(words);
  }
}

function rest(time) {
  return new Promise(resolve => setTimeout(resolve, Math.max(0, time)));
}

async function openWith(way) {
  const key = await kept.unlock(lock, way);
  if (!key) {
    return false;
  }

  const copy = await kept.readCopy(key);
  openedWith = key;
  await kept.noteTry(true);
  part("locked").hidden = true;
  part("password").reset();
  showCard(copy.card);
  showChildren(copy.children ?? []);
  showCircle(copy.circle);
  showTalks(copy.talks);
  part("as-of-line").textContent = fill(texts.asOf, copy.at);
  part("opened").hidden = false;
  part("opened").querySelector("h2").focus();
  await showUnsent();
  await send();
  return true;
}

function say(words) {
  const problem = part("problem");
  problem.textContent = words;
  problem.hidden = words === "";
}

// A name may have signs in it that mean something where texts are replaced.
function fill(text, value) {
  return text.replace("{0}", () => value);
}

function element(name, text, children = []) {
  const made = document.createElement(name);
  if (text) {
    made.textContent = text;
  }

  made.append(...children);
  return made;
}

function showCard(card) {
  part("card-lines").replaceChildren(...cardLines(card));
  part("card").hidden = false;
}

function showChildren(children) {
  part("children").replaceChildren(...children.map(({ name, card }) => {
    const title = element("h2", fill(texts.cardOf, name));
    title.tabIndex = -1;
    const box = element("section", null, [title, ...cardLines(card)]);
    box.className = "card";
    return box;
  }));
}

function cardLines(card) {
  return card ? [
    element("p", null, [element("strong", card.who)]),
    ...card.speaks ? [element("p", card.speaks)] : [],
    ...card.isOld ? [element("p", texts.cardOld)] : [],
    ...card.parts.flatMap(({ title, lines }) => [element("h3", title), element("ul", null, lines.map(line => element("li", line)))]),
    element("p", card.made),
  ] : [element("p", texts.noCard)];
}

function showCircle(people) {
  part("circle-lines").replaceChildren(...people.length === 0 ? [element("p", texts.noCircle)] : [element("ul", null, people.map(person => {
    const line = element("li", null, [element("strong", person.name), ...person.about.flatMap(about => [element("br"), about])]);
    if (person.talk) {
      const link = element("a", fill(texts.toTalk, person.name));
      link.href = `#talk-${person.talk}`;
      link.addEventListener("click", () => document.getElementById(`talk-${person.talk}`).open = true);
      line.append(element("br"), link);
    }

    return line;
  }))]);
}

function showTalks(talks) {
  part("talk-lines").replaceChildren(...talks.length === 0 ? [element("p", texts.noTalks)] : talks.map(talk => {
    const box = element("details", null, [
      element("summary", null, [element("strong", talk.subject), ` · ${talk.with}`]),
      ...talk.promise ? [element("p", talk.promise)] : [],
      ...talk.parents ? [element("p", talk.parents)] : [],
      element("ol", null, talk.messages.map(message => element("li", null, [
        element("p", null, [element("strong", message.isOwn ? texts.you : message.by), message.isOwn || !message.about ? ` · ${message.at}` : `, ${message.about} · ${message.at}`]),
        ...message.text ? [element("p", message.text)] : [],
        ...message.files ? [element("p", fill(texts.files, message.files))] : [],
      ]))),
    ]);
    box.id = `talk-${talk.id}`;
    if (!talk.isEnded) {
      box.append(writing(talk));
    }

    return box;
  }));
}

function writing(talk) {
  const made = part("writing").content.cloneNode(true);
  const [form, said, list] = [made.querySelector("form"), made.querySelector("[data-said]"), made.querySelector("ul")];
  const field = form.querySelector("textarea");
  writings.set(talk.id, { list, said, field });
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const [text, button] = [field.value.trim(), form.querySelector("button")];
    if (!text || button.disabled) {
      return;
    }

    // The words leave the field when they are kept, and not before.
    button.disabled = true;
    try {
      await kept.keepUnsent(openedWith, { talk: talk.id, subject: talk.subject, text, isSure: false });
      field.value = field.value.trim() === text ? "" : field.value;
      said.textContent = texts.keptToSend;
    } catch {
      said.textContent = texts.notKept;
      return;
    } finally {
      button.disabled = false;
    }

    await send();
  });
  return made;
}

async function send() {
  if (openedWith && navigator.onLine) {
    await kept.keepSending().catch(() => {});
  }
}

// One after the other: what is shown last is what there is.
function showUnsent() {
  showing = showing.catch(() => {}).then(showUnsentNow);
  return showing;
}

// What was written here and is not with the server yet.
async function showUnsentNow() {
  if (!openedWith) {
    return;
  }

  const entries = await Promise.all((await kept.unsent()).sort((a, b) => a.at - b.at).map(entry => kept.readUnsent(openedWith, entry)));
  for (const [talk, shown] of writings) {
    const own = entries.filter(entry => entry.talk === talk);
    own.forEach(entry => talks.set(entry.once, talk));
    if (shown.said.textContent === texts.keptToSend && own.every(entry => entry.why)) {
      shown.said.textContent = "";
    }

    shown.list.replaceChildren(...own.map(entry => {
      const button = element("button", texts.delete);
      button.type = "button";
      button.className = "ends";
      button.addEventListener("click", async () => {
        shown.said.textContent = "";
        await kept.dropUnsent(entry.once);
        shown.field.focus();
      });
      return element("li", null, [element("p", entry.text), element("p", entry.why ? texts.cameBack : texts.waits), button]);
    }));
  }
}
