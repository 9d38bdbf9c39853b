// Talks to passkeys (WebAuthn). Where the browser has none, the ways beside it are all that shows.
"use strict";

// A passkey belongs to a name: at a bare address such as 127.0.0.1 there are none.
if (!window.PublicKeyCredential || !window.isSecureContext || /^[\d.]+$|:/.test(location.hostname)) {
  for (const part of document.querySelectorAll("[data-needs-passkey], form[data-passkey]")) {
    part.hidden = true;
  }

  for (const other of document.querySelectorAll("details[data-other-way]")) {
    other.open = true;
  }
} else {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", event => {
      event.preventDefault();
      ask(form);
    });
    form.querySelector("button").disabled = false;
  }
}

async function ask(form) {
  const button = form.querySelector("button");
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  button.disabled = true;
  try {
    const response = await fetch(form.dataset.question, { method: "POST", body: new FormData(form) });
    if (!response.ok) {
      const told = response.status === 422 ? (await response.json()).problem : form.dataset.failed;
      throw new Told(told);
    }

    const question = await response.json();
    const credential = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: creation(question.options) })
      : await navigator.credentials.get({ publicKey: request(question.options) });
    form.elements.ticket.value = question.ticket;
    form.elements.answer.value = JSON.stringify(plain(credential));
    form.submit();
  } catch (error) {
    problem.textContent = words(error, form.dataset);
    problem.hidden = false;
    button.disabled = false;
  }
}

class Told extends Error {}

function words(error, texts) {
  if (error instanceof Told) {
    return error.message.charAt(0).toUpperCase() + error.message.slice(1);
  }

  switch (error.name) {
    case "NotAllowedError": return texts.none;
    case "InvalidStateError": return texts.already;
    default: return texts.cannot;
  }
}

function creation(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials || []).map(known),
    // So that it can seal something on this device later (kept).
    extensions: { ...options.extensions, prf: {} },
  };
}

function request(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: (options.allowCredentials || []).map(known),
  };
}

function known(credential) {
  return { ...credential, id: bytes(credential.id) };
}

// What PublicKeyCredential.toJSON gives; older browsers do not have it.
function plain(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) {
      response[name] = text(credential.response[name]);
    }
  }

  if (credential.response.getTransports) {
    response.transports = credential.response.getTransports();
  }

  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment || undefined,
    response,
  };
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replace(/-/g, "+").replace(/_/g, "/")), character => character.charCodeAt(0));
}

function text(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
