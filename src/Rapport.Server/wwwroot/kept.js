// What this device keeps of its person for when there is no network, sealed. The key that opens it is kept nowhere: it is wrapped by what only its person has (a passkey, a password), and by what the
// server gives as long as they are signed in. Whoever is not signed in any more loses all of it at the next contact.

const rounds = 600_000;
const day = 86_400_000;
const longest = 30 * day;
const freshFor = 10 * 60_000;
const mostWait = 60_000;
const place = "rapport-kept";
const flag = "rapport-kept";
const aes = { name: "AES-GCM", length: 256 };

const utf8 = text => new TextEncoder().encode(text);
const random = length => crypto.getRandomValues(new Uint8Array(length));
const fromBase64 = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0));

// Every step that changes something holds this lock, in all tabs: what is deleted in one is not written again by another.
const alone = work => navigator.locks.request(place, work);
const others = new BroadcastChannel(place);

export class SignedOut extends Error {}
export class NoPrf extends Error {}

// ---- what is there ----

// How what is kept is locked; null where nothing is. Without contact for long, it goes.
export async function readLock() {
  const lock = await inStore("kept", "readonly", store => store.get("lock"));
  return lock ?? null;
}

export const isTooOld = lock => Date.now() - lock.at > longest;

export const onDeleted = tell => others.addEventListener("message", event => event.data === "gone" && tell());

export const onSent = tell => others.addEventListener("message", event => event.data === "sent" && tell());

export function wipe() {
  return alone(wipeNow);
}

async function wipeNow() {
  await Promise.all(["kept", "outbox"].map(name => inStore(name, "readwrite", store => store.clear())));
  await new Promise(resolve => {
    const asked = indexedDB.deleteDatabase(place);
    asked.onsuccess = asked.onerror = asked.onblocked = resolve;
  });
  globalThis.localStorage?.removeItem(flag);
  others.postMessage("gone");
}

// ---- turning it on, and keeping it up to date ----

// The ways to open it. Each gives a key, and what has to be known beside the secret to have the same key again.
export async function byPassword(password, salt = random(16)) {
  const secret = await crypto.subtle.importKey("raw", utf8(password.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, secret, aes, false, ["encrypt", "decrypt"]);
  return { key, told: { kind: "password", salt } };
}

export async function byPasskey(ids, salt = random(32)) {
  const answer = await navigator.credentials.get({
    publicKey: {
      challenge: random(32),
      allowCredentials: ids.map(id => ({ type: "public-key", id })),
      userVerification: "required",
      extensions: { prf: { eval: { first: salt } } },
    },
  });
  const first = answer.getClientExtensionResults().prf?.results?.first;
  if (!first) {
    throw new NoPrf();
  }

  const secret = await crypto.subtle.importKey("raw", first, "HKDF", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8("rapport kept") }, secret, aes, false, ["encrypt", "decrypt"]);
  return { key, told: { kind: "passkey", salt, id: new Uint8Array(answer.rawId) } };
}

export function turnOn(way, isCardOpen) {
  return alone(async () => {
    const copy = await fetchCopy();
    const session = await aesKey(fromBase64(copy.key));
    const raw = await keyAgain(session) ?? random(32);
    const lock = {
      at: Date.now(),
      way: way.told,
      own: await sealBytes(way.key, "own", raw),
      here: await sealBytes(session, "here", raw),
      cardKey: isCardOpen ? await crypto.subtle.generateKey(aes, false, ["encrypt", "decrypt"]) : null,
      tries: 0,
      waitUntil: 0,
    };
    const key = await aesKey(raw);
    raw.fill(0);
    await write(lock, key, copy);
  });
}

// Another window may have turned it on meanwhile: what it keeps, and what waits to be sent, stays readable by the same key. What is somebody else's goes.
async function keyAgain(session) {
  const before = await readLock();
  const raw = before && await openBytes(session, "here", before.here).catch(() => null);
  if (!raw) {
    await inStore("outbox", "readwrite", store => store.clear());
  }

  return raw;
}

// Called by each page of somebody who is signed in, where something is kept.
export async function visit() {
  const lock = await readLock();
  if (!lock) {
    localStorage.removeItem(flag);
    return;
  }

  // What was sent stands in the next copy. Signed out, or another session: bringing the copy up to date finds that out too, and deletes all of it.
  const isOther = await sendUnsent().catch(error => error instanceof SignedOut || error.name === "OperationError");
  if (isOther || Date.now() - lock.at > freshFor) {
    await refresh();
  }
}

export function refresh() {
  return alone(async () => {
    const lock = await readLock();
    if (!lock) {
      return;
    }

    try {
      const copy = await fetchCopy();
      const key = await aesKey(await openBytes(await aesKey(fromBase64(copy.key)), "here", lock.here));
      await write({ ...lock, at: Date.now() }, key, copy);
    } catch (error) {
      // Signed out, or another session: what was kept belongs to one that is over.
      if (error instanceof SignedOut || error.name === "OperationError") {
        await wipeNow();
      } else {
        throw error;
      }
    }
  });
}

async function fetchCopy() {
  const answer = await fetch("/account/offline/copy", { headers: { accept: "application/json" }, cache: "no-store" });
  if (answer.status === 401) {
    throw new SignedOut();
  }

  if (!answer.ok || answer.redirected) {
    throw new Error("no copy");
  }

  return answer.json();
}

async function write(lock, key, { key: _, ...copy }) {
  const sealed = await seal(key, "copy", copy);
  const card = lock.cardKey ? await seal(lock.cardKey, "card", copy.card) : null;
  await inStore("kept", "readwrite", store => {
    store.put(lock, "lock");
    store.put(sealed, "copy");
    store.put(card, "card");
  });
  localStorage.setItem(flag, "");
}

// ---- opening it ----

// The key; null where it is not that way.
export async function unlock(lock, way) {
  try {
    return await aesKey(await openBytes(way.key, "own", lock.own));
  } catch {
    return null;
  }
}

// A wrong password makes the next wait, twice as long each time. Whoever takes the device apart is not held up by this, only by how long each try takes.
// What is noted is noted of how it is locked now: another tab may have brought it up to date, or counted a try.
export function noteTry(isRight) {
  return alone(async () => {
    const lock = await readLock();
    const tries = isRight ? 0 : (lock?.tries ?? 0) + 1;
    const wait = isRight ? 0 : Math.min(mostWait, 1000 * 2 ** tries);
    const noted = lock && { ...lock, tries, waitUntil: Date.now() + wait };
    if (noted) {
      await inStore("kept", "readwrite", store => store.put(noted, "lock"));
    }

    return { lock: noted, wait };
  });
}

export const readCopy = async key => open(key, "copy", await inStore("kept", "readonly", store => store.get("copy")));

// The emergency card, where its person lets it be read without unlocking.
export async function readOpenCard(lock) {
  return lock.cardKey ? open(lock.cardKey, "card", await inStore("kept", "readonly", store => store.get("card"))) : null;
}

// ---- what is written without a network ----

// Waiting, or refused with a reason; without its words.
export const unsent = () => inStore("outbox", "readonly", store => store.getAll());

export const readUnsent = async (key, entry) => ({ ...await open(key, `outbox ${entry.once}`, entry.sealed), once: entry.once, at: entry.at, why: entry.why });

// Keeps a message until it is sent. It has its own key for the server, so that it is sent once however often it is tried. Until this is done it is kept nowhere.
export async function keepUnsent(key, message) {
  const once = Array.from(random(16), byte => byte.toString(16).padStart(2, "0")).join("");
  const sealed = await seal(key, `outbox ${once}`, message);
  await alone(async () => {
    if (!await readLock()) {
      throw new SignedOut();
    }

    await inStore("outbox", "readwrite", store => store.put({ once, at: Date.now(), why: null, sealed }));
  });
  wakeLater();
}

export const dropUnsent = once => inStore("outbox", "readwrite", store => store.delete(once));

// Whoever wrote it has seen why it came back, and wants it sent. It takes its own place in one step, so that it is there at each moment, and once: under its key nothing was stored.
export async function tryAgain(key, message, isSure) {
  const sealed = await seal(key, `outbox ${message.once}`, { talk: message.talk, subject: message.subject, text: message.text, isSure });
  await change(message.once, { why: null, sealed });
  wakeLater();
}

// Where the browser can, it wakes the worker up when there is a network.
function wakeLater() {
  globalThis.navigator.serviceWorker?.ready.then(worker => worker.sync?.register("outbox")).catch(() => {});
}

// Opens what is kept while its person is signed in.
export async function sessionKey() {
  const lock = await readLock();
  if (!lock) {
    throw new SignedOut();
  }

  const answer = await fetch("/account/offline/key", { headers: { accept: "application/json" }, cache: "no-store" });
  if (answer.status === 401) {
    throw new SignedOut();
  }

  if (!answer.ok || answer.redirected) {
    throw new Error("no key");
  }

  return aesKey(await openBytes(await aesKey(fromBase64((await answer.json()).key)), "here", lock.here));
}

// Sends what waits, one after the other, from one place at a time. What the server refuses for good comes back to its writer; everything else is tried again.
export function sendUnsent() {
  return navigator.locks.request(`${place}-outbox`, async () => {
    const waiting = (await unsent()).filter(entry => entry.why === null).sort((a, b) => a.at - b.at);
    if (waiting.length === 0) {
      return false;
    }

    for (const { once } of waiting) {
      // Sending takes time. Meanwhile somebody else may be signed in, in whose name nothing of this goes, and what waits may have been deleted.
      const key = await sessionKey();
      const entry = await inStore("outbox", "readonly", store => store.get(once));
      if (entry?.why !== null) {
        continue;
      }

      const { talk, text, isSure } = await readUnsent(key, entry);
      const answer = await fetch(`/api/conversations/${talk}/messages`, {
        method: "POST",
        headers: { "content-type": "application/json", "Idempotency-Key": entry.once },
        body: JSON.stringify({ text, unlessUrgent: !isSure }),
        redirect: "error",
      });
      const why = { 400: "wrong", 403: "gone", 404: "gone", 409: "ended", 422: "urgent" }[answer.status];
      if (answer.status === 201) {
        await dropUnsent(entry.once);
      } else if (why) {
        await change(entry.once, { why });
      } else {
        throw answer.status === 401 ? new SignedOut() : new Error("not sent");
      }

      others.postMessage("sent");
    }

    return true;
  });
}

// What was deleted meanwhile stays so.
const change = (once, what) => inStore("outbox", "readwrite", store => {
  const asked = store.get(once);
  asked.onsuccess = () => asked.result && store.put({ ...asked.result, ...what });
});

// ---- sealing ----

const aesKey = raw => crypto.subtle.importKey("raw", raw, aes, false, ["encrypt", "decrypt"]);

async function sealBytes(key, what, bytes) {
  const iv = random(12);
  return { iv, bytes: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(`rapport ${what}`) }, key, bytes) };
}

async function openBytes(key, what, { iv, bytes }) {
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: utf8(`rapport ${what}`) }, key, bytes));
}

export const seal = (key, what, value) => sealBytes(key, what, utf8(JSON.stringify(value)));

export const open = async (key, what, sealed) => JSON.parse(new TextDecoder().decode(await openBytes(key, what, sealed)));

// ---- the database of the browser ----

export async function inStore(name, mode, work) {
  const database = await new Promise((resolve, reject) => {
    const asked = indexedDB.open(place, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("outbox", { keyPath: "once" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const asked = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}
