// Runs while no page of Rapport is open. It shows that something waits; what it is nobody but Rapport itself says, to whoever is signed in.
"use strict";

addEventListener("push", event => event.waitUntil(tell(event.data)));
addEventListener("notificationclick", event => {
  event.notification.close();
  event.waitUntil(goThere());
});

// One notice stands for all: a later one takes the place of an earlier.
function tell(data) {
  return registration.showNotification("Rapport", { body: data ? data.text() : "", tag: "rapport", renotify: true });
}

// A page that is open is brought to the front as it is: something may be half written there.
async function goThere() {
  const [page] = await clients.matchAll({ type: "window" });
  return page ? page.focus() : clients.openWindow("/");
}
