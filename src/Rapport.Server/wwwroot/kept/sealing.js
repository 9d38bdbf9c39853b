// How what this device keeps is sealed, and the ways to open it. Each way gives a key, and what has to be known beside the secret to have the same key again.

const rounds = 600_000;
const aes = { name: "AES-GCM", length: 256 };

const utf8 = text => new TextEncoder().encode(text);
const random = length => crypto.getRandomValues(new Uint8Array(length));
const fromBase64 = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0));

export class NoPrf extends Error {}

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
