// What is written without a network: it waits here, sealed, until the server has it, or comes back to its writer.

const freshFor = 10 * 60_000;
const pause = 30_000;
let next = null;

// Waiting, or refused with a reason; without its words.
export const unsent = () => inStore("outbox", "readonly", store => store.getAll());

// What no key opens any more has no words.
export async function readUnsent(key, { sealed, once, at, why }) {
  const message = await open(key, `outbox ${once}`, sealed).catch(() => null);
  return message ? { ...message, once, at, why } : { talk: null, subject: "", text: "", isSure: false, once, at, why: "unreadable" };
}

// Keeps a message until it is sent. It has its own key for the server, so that it is sent once however often it is tried. Until this is done it is kept nowhere.
export async function keepUnsent(key, message) {
  const once = Array.from(random(16), byte => byte.toString(16).padStart(2, "0")).join("");
  const sealed = await seal(key, `outbox ${once}`, message);
  await aloneWith(key, () => inStore("outbox", "readwrite", store => store.put({ once, at: Date.now(), why: null, sealed })));
  tellOutbox();
  wakeLater();
}

export async function dropUnsent(once) {
  await drop(once);
  tellOutbox();
}

const drop = once => alone(() => inStore("outbox", "readwrite", store => store.delete(once)));

// Whoever wrote it has seen why it came back, and wants it sent. It takes its own place in one step, so that it is there at each moment, and once: under its key nothing was stored.
export async function tryAgain(key, message, isSure) {
  const sealed = await seal(key, `outbox ${message.once}`, { talk: message.talk, subject: message.subject, text: message.text, isSure });
  await change(key, message.once, { why: null, sealed });
  tellOutbox();
  wakeLater();
}

// What was deleted meanwhile stays so.
const change = (key, once, what) => aloneWith(key, () => inStore("outbox", "readwrite", store => {
  const asked = store.get(once);
  asked.onsuccess = () => asked.result && store.put({ ...asked.result, ...what });
}));

// Only under the key of what is kept now: it may have been turned off, and on again, since that key was opened.
const aloneWith = (key, work) => alone(async () => {
  await readCopy(key);
  return work();
});

// Where the browser can, it wakes the worker up when there is a network.
function wakeLater() {
  globalThis.navigator.serviceWorker?.ready.then(worker => worker.sync?.register("outbox")).catch(() => {});
}

// Called by each page of somebody who is signed in, where something is kept.
export async function visit() {
  const lock = await readLock();
  if (!lock) {
    localStorage.removeItem(flag);
    return;
  }

  // What was sent stands in the next copy. Signed out, or another session: bringing the copy up to date finds that out too, and deletes all of it.
  const isDue = await keepSending().catch(isOver);
  if (isDue || Date.now() - lock.at > freshFor) {
    await refresh();
  }
}

// Sends what waits. What fails is tried again as long as this page is open: nothing tells it that a server that did not answer is there again.
export async function keepSending() {
  clearTimeout(next);
  try {
    return await sendUnsent();
  } catch (error) {
    if (!isOver(error)) {
      next = setTimeout(() => keepSending().catch(() => {}), pause);
    }

    throw error;
  }
}

// Sends what waits, one after the other, from one place at a time; whether there was something. What the server refuses for good comes back to its writer; everything else is tried again.
export function sendUnsent() {
  return navigator.locks.request(`${place}-outbox`, async () => {
    const waiting = (await unsent()).filter(entry => entry.why === null).sort((a, b) => a.at - b.at);
    for (const { once } of waiting) {
      // Sending takes time. Meanwhile somebody else may be signed in, in whose name nothing of this goes, and what waits may have been deleted.
      const key = await sessionKey();
      const entry = await inStore("outbox", "readonly", store => store.get(once));
      if (entry?.why === null) {
        await sendOne(key, await readUnsent(key, entry));
      }
    }

    return waiting.length > 0;
  });
}

async function sendOne(key, { once, talk, text, isSure, why: unread }) {
  const why = unread ?? await refusal(once, talk, { text, unlessUrgent: !isSure });
  if (why) {
    await change(key, once, { why });
    tellOutbox();
  } else {
    await drop(once);
    tellOutbox(once);
  }
}

// Why the server does not take it; null where it has it.
async function refusal(once, talk, body) {
  const answer = await fetch(`/api/conversations/${talk}/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", "Idempotency-Key": once },
    body: JSON.stringify(body),
    redirect: "error",
  });
  const why = { 201: null, 400: "wrong", 403: "gone", 404: "gone", 409: "ended", 422: "urgent" }[answer.status];
  if (why === undefined) {
    throw answer.status === 401 ? new SignedOut() : new Error("not sent");
  }

  return why;
}
