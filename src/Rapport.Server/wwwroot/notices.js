// Turns notices on for this browser: it asks the browser for an address of its push service, and sends that with the form.

const form = document.querySelector("[data-push]");
const part = name => form.querySelector(`[data-push-${name}]`);

const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// Before the page is seen: nothing moves then.
part("script").hidden = true;
if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  part("either").hidden = false;
  form.addEventListener("submit", event => {
    event.preventDefault();
    turnOn();
  });
  isKnown().then(isOn => {
    part("turn").classList.toggle("away", isOn);
    part("on").classList.toggle("away", !isOn);
  });
} else {
  part("impossible").hidden = false;
}

// Whether the address that this browser has is among those that are kept.
async function isKnown() {
  const subscription = await (await navigator.serviceWorker.getRegistration("/"))?.pushManager.getSubscription();
  if (!subscription) {
    return false;
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint)));
  return form.dataset.known.split(" ").includes([...digest.slice(0, 8)].map(byte => byte.toString(16).padStart(2, "0")).join(""));
}

// Some browsers say nothing for minutes where their service cannot be reached: somebody who waits is told that they do, and after a while that it is of no use.
const giveUpAfter = 20_000;
let asking = 0;

// Says one of these, or nothing.
function say(what) {
  for (const name of ["refused", "failed", "asking"]) {
    part(name).hidden = name !== what;
  }
}

async function turnOn() {
  const asked = ++asking;
  say(null);
  if (await Notification.requestPermission() !== "granted") {
    say("refused");
    return;
  }
  say("asking");
  const waiting = setTimeout(() => {
    if (asked === asking) {
      asking++;
      say("failed");
    }
  }, giveUpAfter);
  try {
    await navigator.serviceWorker.register(form.dataset.worker);
    const { pushManager } = await navigator.serviceWorker.ready;
    // An address that was given to another key is of no use to this server.
    await (await pushManager.getSubscription())?.unsubscribe();
    const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.push) });
    if (asked !== asking) {
      return;
    }
    form.elements.namedItem("address").value = subscription.endpoint;
    form.elements.namedItem("key").value = text(subscription.getKey("p256dh"));
    form.elements.namedItem("secret").value = text(subscription.getKey("auth"));
    form.submit();
  } catch {
    if (asked === asking) {
      say("failed");
    }
  } finally {
    clearTimeout(waiting);
  }
}
