// Runs while no page of Rapport is open. It shows that something waits; what it is nobody but Rapport itself says, to whoever is signed in.
"use strict";

addEventListener("push", event => event.waitUntil(tell(event.data)));
addEventListener("pushsubscriptionchange", event => event.waitUntil(move(event)));
addEventListener("notificationclick", event => {
  event.notification.close();
  event.waitUntil(goThere());
});

// One notice stands for all: a later one takes the place of an earlier.
function tell(data) {
  return registration.showNotification("Rapport", { body: data ? data.text() : "", tag: "rapport", renotify: true });
}

// Another address than this browser gave: the server takes it from the session that gave that one.
async function move({ oldSubscription, newSubscription }) {
  const { pushManager } = registration;
  const given = newSubscription ?? await pushManager.getSubscription() ?? await pushManager.subscribe(oldSubscription.options);
  const text = name => btoa(String.fromCharCode(...new Uint8Array(given.getKey(name)))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  await fetch("/api/notices/address", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ address: given.endpoint, key: text("p256dh"), secret: text("auth") }),
    redirect: "error",
  });
}

// A page that is open is brought to the front as it is: something may be half written there.
async function goThere() {
  const [page] = await clients.matchAll({ type: "window" });
  return page ? page.focus() : clients.openWindow("/");
}
