// Where what this device keeps of its person stands: a database of the browser, with a lock that holds in all tabs.

const place = "rapport-kept";
const flag = "rapport-kept";
const day = 86_400_000;
const longest = 30 * day;

// Every step that changes something holds this lock, in all tabs: what is deleted in one is not written again by another. Nobody holds it while a server is asked, but who turns this on.
const alone = work => navigator.locks.request(place, work);
const others = new BroadcastChannel(place);
const hearers = new Set();

export class SignedOut extends Error {}

// How what is kept is locked; null where nothing is. Without contact for long, it goes.
export async function readLock() {
  const lock = await inStore("kept", "readonly", store => store.get("lock"));
  return lock ?? null;
}

export const isTooOld = lock => Date.now() - lock.at > longest;

// Another tab, or the worker, deleted it.
export const onDeleted = hear => others.addEventListener("message", ({ data }) => data.isGone && hear());

// What waits to be sent changed: here, in another tab or in the worker. Tells which message was sent; null where one was written, deleted or came back.
export function onOutbox(hear) {
  hearers.add(hear);
  others.addEventListener("message", ({ data }) => data.isOutbox && hear(data.sent));
}

function tellOutbox(sent = null) {
  others.postMessage({ isOutbox: true, sent });
  hearers.forEach(hear => hear(sent));
}

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
  others.postMessage({ isGone: true });
}

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
