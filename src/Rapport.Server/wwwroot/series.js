// An open series follows what its devices measure. Comfort only: without this file, loading the page anew shows the same.

const place = document.querySelector("[data-series]");
const status = document.querySelector("[data-series-said]");
// Who listens to the page is told what is new now and then, not every second.
const sayEvery = 15000;
let said = 0;
let waiting = null;
let busy = false;
let again = false;

async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" });
    if (answer.ok && !answer.redirected) {
      show(new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-series]"));
    }
  } catch {
    // The connection is gone for a moment: the next event asks again.
  }
  busy = false;
  if (again) {
    again = false;
    refresh();
  }
}

function show(fresh) {
  if (!fresh) {
    return;
  }
  // A table that was opened stays open, and what has the focus keeps it.
  const open = place.querySelector("details")?.open;
  const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") ?? document.activeElement.localName : null;
  place.replaceChildren(...[...fresh.childNodes].map(node => document.importNode(node, true)));
  const details = place.querySelector("details");
  if (details && open) {
    details.open = true;
  }
  if (focused) {
    place.querySelector(focused.startsWith("/") ? `[href="${CSS.escape(focused)}"]` : focused)?.focus();
  }
  say();
}

function say() {
  const words = place.querySelector("[data-latest]")?.textContent;
  if (!words || words === status.textContent || waiting) {
    return;
  }
  const rest = said + sayEvery - Date.now();
  waiting = setTimeout(() => {
    waiting = null;
    said = Date.now();
    status.textContent = place.querySelector("[data-latest]")?.textContent ?? "";
  }, Math.max(0, rest));
}

if (place?.dataset.series) {
  let source = null;
  const open = () => {
    if (source || document.hidden) {
      return;
    }
    source = new EventSource(place.dataset.series);
    source.addEventListener("grown", refresh);
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
