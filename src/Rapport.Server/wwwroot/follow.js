// An open page follows what is added to a record while it is open. Comfort only: without this file, loading the page anew shows the same.

const parts = [...document.querySelectorAll("[data-follow]")];
const events = parts.find(part => part.dataset.follow)?.dataset.follow;
// What such a page is told begins when somebody listens: what came between is asked for then.
const asks = parts.some(part => "followAsks" in part.dataset);
const status = document.querySelector("[data-follow-said]");
// Searching puts another address there.
const address = location.href;
// Who listens to the page is told what is new now and then, not every second.
const sayEvery = 15000;
// A page that takes long to make is made less often: a fifth of the time at most.
const rest = 4;
let said = 0;
let saying = null;
let waiting = null;
let busy = false;
let again = false;
// The page as it was fetched last, until it is shown.
let fetched = null;
let read = readForm(document)?.elements.line.value;

async function refresh() {
  if (document.hidden) {
    return;
  }
  if (busy || waiting) {
    again = true;
    return;
  }
  busy = true;
  const start = performance.now();
  try {
    const answer = await fetch(address, { headers: { accept: "text/html", "Rapport-Part": "follow" }, cache: "no-store" });
    if (answer.ok && !answer.redirected) {
      fetched = new DOMParser().parseFromString(await answer.text(), "text/html");
      show();
    }
  } catch {
    // The connection is gone for a moment: the next event asks again.
  }
  busy = false;
  wait((performance.now() - start) * rest);
}

function wait(time) {
  waiting = setTimeout(() => {
    waiting = null;
    if (again) {
      again = false;
      refresh();
    }
  }, time);
}

// Shows what was fetched; where it must wait, it is tried again when what it waits for is over.
function show() {
  if (!fetched || document.hidden) {
    return;
  }
  if (parts.some(part => !fetched.getElementById(part.id))) {
    // It has become another page: what was empty has something in it.
    location.reload();
    return;
  }
  if (parts.some(isInUse)) {
    return;
  }
  const page = fetched;
  fetched = null;
  let isNew = false;
  for (const part of parts) {
    isNew = renewPart(part, page.getElementById(part.id)) || isNew;
  }
  // What gives way to what somebody looks for is kept up to date, and not told.
  if (isNew && !parts.some(part => part.hidden)) {
    say();
  }
  tellRead(readForm(page));
}

// Others are told that something was read when it stands here, and not when it was asked for.
function tellRead(form) {
  if (form && form.elements.line.value !== read) {
    read = form.elements.line.value;
    fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => read = null);
  }
}

function readForm(page) {
  return page.querySelector("form[data-follow-read]");
}

// Nothing is exchanged under somebody's hands: while a question is open there, or words are marked.
function isInUse(part) {
  const marked = getSelection();
  return part.querySelector(":popover-open") || (!marked.isCollapsed && part.contains(marked.anchorNode));
}

function renewPart(part, fresh) {
  const before = part.textContent;
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const place = focused && placeOf(focused);
  renew(part, fresh);
  if (focused && (!focused.isConnected || placeOf(focused) !== place)) {
    part.querySelector(place)?.focus();
  }
  return part.textContent !== before;
}

// Node by node, so that what did not change keeps its focus, and what was opened stays open.
function renew(old, fresh) {
  let there = old.firstChild;
  for (const node of fresh.childNodes) {
    let same = there;
    while (same && kindOf(same) !== kindOf(node)) {
      same = same.nextSibling;
    }
    if (!same) {
      old.insertBefore(document.importNode(node, true), there);
      continue;
    }
    there = removeUntil(there, same);
    if (!there.isEqualNode(node)) {
      if (there.nodeType === Node.ELEMENT_NODE) {
        renewAttributes(there, node);
        renew(there, node);
      } else {
        there.nodeValue = node.nodeValue;
      }
    }
    there = there.nextSibling;
  }
  removeUntil(there, null);
}

function kindOf(node) {
  return node.nodeType === Node.ELEMENT_NODE ? `${node.nodeName} ${node.id} ${node.getAttribute("class")}` : node.nodeName;
}

function removeUntil(node, end) {
  while (node !== end) {
    const next = node.nextSibling;
    node.remove();
    node = next;
  }
  return end;
}

function renewAttributes(there, node) {
  for (const { name } of [...there.attributes]) {
    if (name !== "open" && !node.hasAttribute(name)) {
      there.removeAttribute(name);
    }
  }
  for (const { name, value } of node.attributes) {
    if (there.getAttribute(name) !== value) {
      there.setAttribute(name, value);
    }
  }
}

function placeOf(element) {
  const name = ["id", "href", "popovertarget", "name"].find(name => element.hasAttribute(name));
  return name ? `${element.localName}[${name}="${CSS.escape(element.getAttribute(name))}"]` : element.localName;
}

function say() {
  if (saying || !words() || words() === status.textContent && !status.dataset.followSaid) {
    return;
  }
  saying = setTimeout(() => {
    saying = null;
    said = Date.now();
    // The same words again are heard only when they were gone.
    status.textContent = "";
    setTimeout(() => status.textContent = words(), 50);
  }, Math.max(0, said + sayEvery - Date.now()));
}

// What was measured last where the page says so; else that there is something.
function words() {
  return document.querySelector("[data-latest]")?.textContent || status.dataset.followSaid;
}

document.addEventListener("selectionchange", show);
document.addEventListener("toggle", show, true);

if (events) {
  let source = null;
  const open = () => {
    if (source || document.hidden) {
      return;
    }
    source = new EventSource(events);
    source.addEventListener("grown", refresh);
    source.addEventListener("message", refresh);
    source.addEventListener("reminder", refresh);
    source.addEventListener("state", refresh);
    if (asks) {
      source.addEventListener("beat", refresh, { once: true });
    }
  };
  const close = () => {
    source?.close();
    source = null;
  };
  // A page that nobody sees asks for nothing; when it is seen again, it asks at once.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
    } else {
      open();
      refresh();
    }
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}
