// Opens a link in the browser: the key stands behind the # of the address and never leaves it. Without this script the same form asks the server to open the link.

const form = document.querySelector("[data-open]");
const field = name => form.elements.namedItem(name);
const words = form?.dataset;
const kept = "shlink";

const text = form ? told() ?? sessionStorage.getItem(kept) ?? "" : "";
const link = text ? read(text) : null;
if (link) {
  // Kept for this tab alone, so that another language or a page loaded anew does not lose it.
  sessionStorage.setItem(kept, text);
  begin();
}

function told() {
  return location.hash.includes("shlink:/") ? decodeURIComponent(location.hash.slice(1)) : null;
}

function read(from) {
  try {
    const json = new TextDecoder().decode(bytes(from.slice(from.indexOf("shlink:/") + 8)));
    const payload = JSON.parse(json);
    return typeof payload.url === "string" && typeof payload.key === "string" ? payload : null;
  } catch {
    return null;
  }
}

function begin() {
  field("link").value = text;
  form.querySelector("[data-link]").hidden = true;
  const needsPasscode = link.flag?.includes("P") === true;
  const passcode = form.querySelector("[data-passcode]");
  passcode.hidden = !needsPasscode;
  passcode.querySelector("label").textContent = passcode.dataset.passcode;
  field("passcode").required = needsPasscode;
  const label = document.querySelector("[data-label]");
  if (typeof link.label === "string" && link.label) {
    label.querySelector("strong").textContent = link.label;
    label.hidden = false;
  }
  // Without these a browser cannot decrypt: then the form is sent as it is.
  if (crypto.subtle && "DecompressionStream" in window) {
    form.addEventListener("submit", event => {
      event.preventDefault();
      open();
    });
  }
}

async function open() {
  const button = form.querySelector("button");
  button.disabled = true;
  tell(null);
  try {
    const address = new URL(link.url);
    if (address.origin !== location.origin || !address.pathname.startsWith("/shl/")) {
      fail(words.elsewhere.replace("{0}", address.host));
      return;
    }
    const answer = await ask(address);
    if (answer) {
      await show(answer);
    }
  } catch {
    fail(words.failed);
  } finally {
    button.disabled = false;
  }
}

// The sealed files that the link leads to; null when it is refused, which is told.
async function ask(address) {
  const recipient = [field("who").value.trim(), field("for").value.trim()].filter(Boolean).join(" – ").slice(0, 200);
  const isDirect = link.flag?.includes("U") === true;
  if (isDirect) {
    address.searchParams.set("recipient", recipient);
  }
  const answer = await fetch(address, isDirect ? { credentials: "omit", referrerPolicy: "no-referrer" } : {
    method: "POST",
    credentials: "omit",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ recipient, passcode: field("passcode").value.trim() || undefined }),
    referrerPolicy: "no-referrer"
  });
  if (!answer.ok) {
    fail(await why(answer));
    return null;
  }
  if (isDirect) {
    return { files: [await answer.text()], reply: answer.headers.get("x-reply") };
  }
  const manifest = await answer.json();
  const files = [];
  for (const file of manifest.files) {
    files.push(file.embedded ?? await fetchFile(file.location));
  }
  return { files, reply: answer.headers.get("x-reply") };
}

async function fetchFile(location) {
  const answer = await fetch(location, { credentials: "omit", referrerPolicy: "no-referrer" });
  if (!answer.ok) {
    throw new Error("a file is not there any more");
  }
  return answer.text();
}

async function why(answer) {
  if (answer.status === 401) {
    const { remainingAttempts } = await answer.json();
    return (remainingAttempts > 0 ? words.wrong : words.locked).replace("{0}", remainingAttempts);
  }
  return answer.status === 404 ? words.over : answer.status === 429 ? words.often : words.failed;
}

function fail(message) {
  tell(message).focus();
}

// That the link is being opened, or why it does not open.
function tell(problem) {
  const told = form.querySelector("[data-told]");
  told.hidden = false;
  told.querySelector("[data-waits]").hidden = problem !== null;
  told.querySelector("[data-problem]").hidden = problem === null;
  told.querySelector("[data-problem] p").textContent = problem ?? "";
  return told;
}

async function show(answer) {
  const opened = await Promise.all(answer.files.map(decrypt));
  const bundle = opened.find(file => file.resourceType === "Bundle");
  const resources = bundle.entry.map(entry => entry.resource);
  const composition = resources.find(resource => resource.resourceType === "Composition");
  const place = document.createElement("div");
  place.append(document.querySelector("#opened").content.cloneNode(true));
  place.querySelector("[data-who]").textContent = paragraphs(composition.text?.div)[0] ?? composition.title;
  const asOf = place.querySelector("[data-as-of]");
  const day = new Date(composition.date).toLocaleDateString(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, { dateStyle: "long" });
  asOf.textContent = asOf.dataset.asOf.replace("{0}", day);
  const list = place.querySelector("[data-sections]");
  list.replaceChildren(...composition.section.map(section));
  list.lang = composition.language ?? "";
  files(place, opened.filter(file => file.resourceType === "Binary"), resources, bundle);
  document.querySelector("[data-asking]").replaceWith(place);
  scrollTo(0, 0);
  place.querySelector("h1").focus();
  for (const sends of place.querySelectorAll("[data-sends]")) {
    sends.hidden = !answer.reply;
    sends.querySelector("[name=pass]").value = answer.reply ?? "";
  }
  prepare(place);
}

async function decrypt(jwe) {
  const [head, , nonce, body, tag] = jwe.trim().split(".");
  const header = JSON.parse(new TextDecoder().decode(bytes(head)));
  if (header.alg !== "dir" || header.enc !== "A256GCM") {
    throw new Error("the file is encrypted in another way");
  }
  const key = await crypto.subtle.importKey("raw", bytes(link.key), "AES-GCM", false, ["decrypt"]);
  const sealed = new Blob([bytes(body), bytes(tag)]);
  let plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(nonce), additionalData: new TextEncoder().encode(head), tagLength: 128 }, key, await sealed.arrayBuffer());
  if (header.zip === "DEF") {
    plain = await new Response(new Blob([plain]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer();
  }
  return JSON.parse(new TextDecoder().decode(plain));
}

function bytes(base64url) {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, letter => letter.charCodeAt(0));
}

// Only the words of a narrative are taken: markup of a file is never shown.
function parsed(div) {
  return new DOMParser().parseFromString(div ?? "<div/>", "application/xhtml+xml");
}

function paragraphs(div) {
  return [...parsed(div).querySelectorAll("p")].map(part => part.textContent.trim());
}

function section(told) {
  const made = document.querySelector("#section").content.cloneNode(true);
  made.querySelector("h2").textContent = told.title;
  const rows = [...parsed(told.text?.div).querySelectorAll("tr")];
  const list = made.querySelector("ul");
  list.replaceChildren(...rows.map(row));
  list.hidden = rows.length === 0;
  const empty = made.querySelector("p");
  empty.textContent = rows.length === 0 ? paragraphs(told.text?.div).join(" ") : "";
  empty.hidden = rows.length > 0;
  return made;
}

function row(told) {
  const made = document.querySelector("#entry").content.cloneNode(true);
  const [name, value, date] = [...told.children].map(cell => cell.textContent.trim());
  made.querySelector("[data-name]").textContent = name;
  for (const [part, said] of [["value", value], ["date", date]]) {
    const place = made.querySelector(`[data-${part}]`);
    place.textContent = said ?? "";
    place.hidden = !said;
  }
  return made;
}

function files(place, documents, resources, bundle) {
  const list = place.querySelector("[data-files]");
  list.replaceChildren();
  for (const file of documents) {
    const type = (file.contentType ?? "").split(";")[0];
    offer(list, titleOf(file, resources) ?? words.document, Uint8Array.from(atob(file.data ?? ""), letter => letter.charCodeAt(0)), `document${endings[type] ?? ""}`);
  }
  offer(list, words.data, new TextEncoder().encode(JSON.stringify(bundle)), "health-record.json");
}

const endings = { "application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "text/plain": ".txt", "text/html": ".html", "application/xml": ".xml", "text/xml": ".xml", "application/json": ".json" };

function titleOf(file, resources) {
  for (const reference of resources.filter(resource => resource.resourceType === "DocumentReference")) {
    if (reference.content?.some(content => content.attachment?.url === `Binary/${file.id}`)) {
      return reference.description ?? reference.content[0].attachment.title ?? reference.type?.text;
    }
  }
  return null;
}

// Always saved and never shown: whatever it is, nothing in it runs here.
function offer(list, name, content, fileName) {
  const item = document.querySelector("#file").content.cloneNode(true);
  const anchor = item.querySelector("a");
  anchor.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  anchor.download = fileName;
  anchor.querySelector("span").textContent = name;
  list.append(item);
}

function prepare(root) {
  root.querySelector("[data-print]")?.addEventListener("click", () => print());
  for (const sends of root.querySelectorAll("[data-sends] form")) {
    sends.addEventListener("submit", event => {
      event.preventDefault();
      sendBack(sends, event.submitter);
    });
  }
}

// What was opened stays on the page while something is sent back, or said of it.
async function sendBack(sent, button) {
  const place = sent.closest("[data-sends]");
  const told = place.querySelector("[data-told]");
  const data = new FormData(sent);
  if (button?.name) {
    data.append(button.name, button.value);
  }
  const buttons = [...sent.querySelectorAll("button")];
  buttons.forEach(one => one.disabled = true);
  try {
    const answer = await fetch(sent.action, { method: "POST", body: data });
    told.textContent = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main [data-told]").textContent;
    if (answer.ok && "reply" in sent.dataset) {
      sent.reset();
      sent.elements.namedItem("pass").value = data.get("pass");
    }
  } catch {
    told.textContent = place.dataset.failed;
  } finally {
    buttons.forEach(one => one.disabled = false);
  }
}

if (!form) {
  prepare(document);
}
