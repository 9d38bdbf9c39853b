// Who saw what, kept up to date and checked in the browser. Comforts only: the page works without this file.

// --- Proofs, as RFC 9162 section 2.1.4.2 checks them. Hashes are Uint8Arrays of 32 bytes, sizes plain numbers.

export async function isConsistent(oldSize, oldRoot, newSize, newRoot, proof) {
  if (oldSize > newSize) {
    return false;
  }
  if (oldSize === 0) {
    return proof.length === 0;
  }
  if (oldSize === newSize) {
    return proof.length === 0 && equal(oldRoot, newRoot);
  }

  let [node, last] = [BigInt(oldSize) - 1n, BigInt(newSize) - 1n];
  while (node & 1n) {
    [node, last] = [node >> 1n, last >> 1n];
  }
  const hashes = node === 0n ? [oldRoot, ...proof] : proof;
  if (hashes.length === 0) {
    return false;
  }

  let [older, newer] = [hashes[0], hashes[0]];
  for (const sibling of hashes.slice(1)) {
    if (last === 0n) {
      return false;
    }
    if (node & 1n || node === last) {
      older = await hashOfNode(sibling, older);
      newer = await hashOfNode(sibling, newer);
      while (!(node & 1n) && node !== 0n) {
        [node, last] = [node >> 1n, last >> 1n];
      }
    } else {
      newer = await hashOfNode(newer, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n && equal(older, oldRoot) && equal(newer, newRoot);
}

// Size and root of a checkpoint of this ledger that this key (base64 of its SubjectPublicKeyInfo) signed; null for any other text.
export async function readCheckpoint(text, origin, key) {
  const end = text.lastIndexOf("\n\n");
  const lines = text.slice(0, end).split("\n");
  if (end < 0 || lines.length < 3 || lines[0] !== origin || !/^(0|[1-9][0-9]{0,14})$/.test(lines[1])) {
    return null;
  }

  const root = bytesOf(lines[2]);
  const spki = bytesOf(key);
  if (!root || root.length !== 32 || !spki) {
    return null;
  }

  const signed = new TextEncoder().encode(text.slice(0, end + 1));
  const id = new Uint8Array(await sha256(spki)).slice(0, 4);
  let found = false;
  for (const line of text.slice(end + 2).split("\n")) {
    const [dash, name, blob] = line.split(" ");
    const bytes = dash === "\u2014" && name === origin && blob ? bytesOf(blob) : null;
    if (bytes && equal(bytes.slice(0, 4), id)) {
      const numbers = numbersOf(bytes.slice(4));
      const publicKey = await crypto.subtle.importKey("spki", spki, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
      if (!numbers || !await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, publicKey, numbers, signed)) {
        return null;
      }
      found = true;
    }
  }
  return found ? { size: Number(lines[1]), root } : null;
}

// What the server answers, held against what this browser remembers. The outcome is "first", "good", or why it is broken: "shorter", "changed", "signer".
export async function judge(answer, origin, remembered) {
  const current = await readCheckpoint(answer.checkpoint, origin, remembered?.key ?? answer.key);
  if (!current) {
    return { outcome: "signer" };
  }
  if (!remembered) {
    return { outcome: "first", current };
  }
  if (current.size < remembered.size) {
    return { outcome: "shorter" };
  }

  const proof = answer.proof?.map(bytesOf);
  const holds = Array.isArray(proof) && proof.every(hash => hash?.length === 32)
    && await isConsistent(remembered.size, bytesOf(remembered.root), current.size, current.root, proof);
  return holds ? { outcome: "good", current } : { outcome: "changed" };
}

async function hashOfNode(left, right) {
  const bytes = new Uint8Array(65);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 33);
  return new Uint8Array(await sha256(bytes));
}

function sha256(bytes) {
  return crypto.subtle.digest("SHA-256", bytes);
}

function equal(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function bytesOf(base64) {
  try {
    const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
    return base64Of(bytes) === base64 ? bytes : null;
  } catch {
    return null;
  }
}

function base64Of(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

// A signature in DER (a sequence of two integers) as the 64 bytes that WebCrypto takes; null when it is none.
function numbersOf(der) {
  const numbers = new Uint8Array(64);
  let at = 2;
  if (der[0] !== 0x30 || der[1] !== der.length - 2) {
    return null;
  }
  for (const end of [32, 64]) {
    const length = der[at + 1];
    const number = der.slice(at + 2, at + 2 + length);
    if (der[at] !== 0x02 || !length || number.length !== length || number[0] >= 0x80 || (number[0] === 0 && !(number[1] >= 0x80))) {
      return null;
    }
    const digits = number[0] === 0 ? number.slice(1) : number;
    if (digits.length > 32) {
      return null;
    }
    numbers.set(digits, end - digits.length);
    at += 2 + length;
  }
  return at === der.length ? numbers : null;
}

// --- The page.

async function check(place) {
  const result = place.querySelector("[data-check-result]");
  const origin = place.dataset.origin;
  const sayWhen = (said, since) => {
    for (const time of said.querySelectorAll("time")) {
      time.dateTime = since;
      time.textContent = new Intl.DateTimeFormat(place.dataset.locale, { day: "numeric", month: "long", year: "numeric" }).format(new Date(since));
    }
  };
  const say = (name, since) => {
    const said = result.querySelector(`[data-check="${name}"]`);
    sayWhen(said, since);
    said.dataset.said = "";
  };

  try {
    // A name that says nothing, and is another for each record.
    const digest = new Uint8Array(await sha256(new TextEncoder().encode(`what this browser saw of ${origin}`)));
    const name = base64Of(digest.slice(0, 15));
    const remembered = JSON.parse(localStorage.getItem(name));
    const answer = await fetch(`${place.dataset.consistency}?from=${remembered?.size ?? 0}`, { cache: "no-store" });
    if (!answer.ok && answer.status !== 409) {
      throw new Error(`${answer.status}`);
    }

    const proof = answer.ok ? await answer.json() : null;
    const { outcome, current } = proof ? await judge(proof, origin, remembered) : { outcome: "contradicts" };
    if (current) {
      const now = new Date().toISOString();
      localStorage.setItem(name, JSON.stringify({
        size: current.size, root: base64Of(current.root), key: remembered?.key ?? proof.key, since: remembered?.since ?? now, seen: now,
      }));
      say(outcome, remembered?.since);
    } else {
      const said = place.querySelector("template").content.cloneNode(true);
      sayWhen(said, remembered?.seen ?? new Date().toISOString());
      for (const reason of said.querySelectorAll("[data-reason]")) {
        reason.hidden = reason.dataset.reason !== outcome;
      }
      said.querySelector("[data-check-anew]").addEventListener("click", () => {
        localStorage.removeItem(name);
        location.reload();
      });
      result.hidden = true;
      place.append(said);
    }
  } catch {
    // No connection, no storage, or a page over plain http, where browsers have no cryptography.
    say("not");
  }
  place.dataset.state = "done";
}

function listen(section) {
  const list = section.querySelector("[data-live-list]");
  let after = section.dataset.after;
  let source = null;

  const open = () => {
    source = new EventSource(`${section.dataset.live}&after=${after}`);
    source.addEventListener("open", () => section.dataset.state = "open");
    source.addEventListener("told", event => {
      after = event.lastEventId;
      const told = document.importNode(new DOMParser().parseFromString(event.data, "text/html").querySelector("li"), true);
      list.querySelector(`[data-tale="${told.dataset.tale}"]`)?.remove();
      list.prepend(told);
      section.querySelector("[data-live-waiting]").hidden = true;
    });
    source.addEventListener("reload", () => {
      section.querySelector("[data-live-reload]").hidden = false;
      close();
    });
    source.addEventListener("error", () => {
      section.dataset.state = "waiting";
      if (source?.readyState === EventSource.CLOSED && !list.firstChild) {
        section.hidden = true; // Signed out meanwhile, or too many pages are open: nothing comes by itself any more.
      }
    });
  };
  const close = () => {
    source?.close();
    source = null;
    section.dataset.state = "closed";
  };

  // Browsers keep few connections to one server: a page that nobody sees needs none. Coming back, it hears what it missed.
  document.addEventListener("visibilitychange", () => document.hidden ? close() : source ?? open());
  if (!document.hidden) {
    open();
  }
}

for (const place of document.querySelectorAll("[data-consistency]")) {
  check(place);
}
for (const section of document.querySelectorAll("[data-live]")) {
  listen(section);
}
