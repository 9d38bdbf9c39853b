// What this device keeps of its person for when there is no network, sealed. The key that opens it is kept nowhere: it is wrapped by what only its person has (a passkey, a password), and by what the
// server gives as long as they are signed in. Whoever is not signed in any more loses all of it at the next contact.

const mostWait = 60_000;
// Longer than any answer takes.
const patience = 15_000;

// ---- turning it on, and keeping it up to date ----

export function turnOn(way, isCardOpen, withChildren) {
  return alone(async () => {
    const copy = await fetchCopy(withChildren ? [] : null);
    const session = await aesKey(fromBase64(copy.key));
    const raw = await keyAgain(session) ?? random(32);
    const lock = {
      at: Date.now(),
      way: way.told,
      own: await sealBytes(way.key, "own", raw),
      here: await sealBytes(session, "here", raw),
      withChildren,
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

// Signed out, or another session: what was kept belongs to one that is over.
const isOver = error => error instanceof SignedOut || error.name === "OperationError";

export async function refresh() {
  const lock = await readLock();
  if (!lock) {
    return;
  }

  try {
    const copy = await fetchCopy(lock.withChildren ? await childrenKept() : null);
    const key = await aesKey(await openBytes(await aesKey(fromBase64(copy.key)), "here", lock.here));
    await alone(async () => {
      const now = await readLock();
      if (isSame(now, lock)) {
        await write({ ...now, at: Date.now() }, key, copy);
      }
    });
  } catch (error) {
    if (!isOver(error)) {
      throw error;
    }

    await alone(async () => {
      if (error instanceof SignedOut || isSame(await readLock(), lock)) {
        await wipeNow();
      }
    });
  }
}

// Whether it was not turned off, or on once more, since it was read.
const isSame = (now, lock) => now !== null && String(now.here.iv) === String(lock.here.iv);

// The cards of children that are here already: each time one is fetched is a look at the child's record. What does not open is fetched anew.
async function childrenKept() {
  const key = await sessionKey();
  const copy = await readCopy(key).catch(() => null);
  return copy?.children ?? [];
}

// Where the cards of children are wanted, those that are here are named, and stay as they are where nothing changed.
async function fetchCopy(children) {
  const copy = await fetchOwn(`/account/offline/copy${children ? `?children=${children.map(child => child.stamp).join(",")}` : ""}`);
  copy.children = (copy.children ?? []).map(child => child.card ? child : children.find(known => known.stamp === child.stamp)).filter(Boolean);
  return copy;
}

async function fetchOwn(path) {
  const answer = await fetch(path, { headers: { accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(patience) });
  if (answer.status === 401) {
    throw new SignedOut();
  }

  if (!answer.ok || answer.redirected) {
    throw new Error("no answer");
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

// The key, as long as its person is signed in.
export async function sessionKey() {
  const lock = await readLock();
  if (!lock) {
    throw new SignedOut();
  }

  const { key } = await fetchOwn("/account/offline/key");
  return aesKey(await openBytes(await aesKey(fromBase64(key)), "here", lock.here));
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
