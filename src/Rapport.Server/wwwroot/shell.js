// Opens the offline page where there is no network, or nobody answers. The server writes `shell` before it: the version, the pages by language, and the files of these pages.
// It keeps those and nothing else, and answers for nobody but itself: every page comes from the network, and none is kept. Whatever goes wrong in here ends where the browser would be without it.
"use strict";

// Longer than any page takes; nobody looks at an empty window for minutes.
const patience = 15_000;
const prefix = "shell-";
const current = prefix + shell.version;
const languageKept = "/offline/language";

addEventListener("install", event => event.waitUntil(keep()));
addEventListener("activate", event => event.waitUntil(takeOver()));
addEventListener("sync", event => event.tag === "outbox" && event.waitUntil(kept.sendUnsent()));
addEventListener("fetch", event => {
  const { request } = event;
  if (request.method !== "GET") {
    return;
  }

  if (request.mode === "navigate") {
    event.respondWith(open(event));
  } else if (request.url.endsWith("?offline")) {
    event.respondWith(file(request));
  }
});

// All of it or nothing: a version that did not come whole does not take over. Without cookies, so that nothing in it is about anybody.
async function keep() {
  const cache = await caches.open(current);
  await cache.addAll([...Object.values(shell.pages), ...shell.files].map(path => new Request(path, { credentials: "omit", cache: "reload" })));
  await skipWaiting();
}

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith(prefix) && name !== current) {
      await caches.delete(name);
    }
  }

  // The page is asked for while this script still wakes up.
  await registration.navigationPreload?.enable();
}

async function open(event) {
  try {
    const answer = await Promise.race([ask(event), after(patience)]);
    if (answer && !isInBetween(answer)) {
      event.waitUntil(noteLanguage(answer));
      return answer;
    }

    return await offlinePage() ?? answer ?? Response.error();
  } catch {
    return await offlinePage().catch(() => null) ?? Response.error();
  }
}

async function ask(event) {
  return await event.preloadResponse ?? fetch(event.request);
}

function after(time) {
  return new Promise(resolve => setTimeout(resolve, time));
}

// What stands before the server says that it does not answer. The server's own pages, of a failure too, have a policy of what runs in them.
function isInBetween(answer) {
  return [502, 503, 504].includes(answer.status) && !answer.headers.has("Content-Security-Policy");
}

async function offlinePage() {
  const cache = await caches.open(current);
  const noted = await cache.match(languageKept);
  const wanted = [noted && await noted.text(), ...navigator.languages.map(tag => tag.split("-")[0]), "en"];
  return cache.match(shell.pages[wanted.find(code => code in shell.pages)]);
}

async function file(request) {
  return await caches.match(request, { cacheName: current, ignoreVary: true }) ?? fetch(request);
}

// The language of the last page that came is that of whoever reads the next.
async function noteLanguage(answer) {
  const language = answer.headers.get("Content-Language");
  if (language in shell.pages) {
    const cache = await caches.open(current);
    const noted = await cache.match(languageKept);
    if (await noted?.text() !== language) {
      await cache.put(languageKept, new Response(language));
    }
  }
}
