// Files of a message: added as they are chosen, pasted, dropped or spoken, and looked at before they are sent. Comfort only: without this file the form sends them itself.

const form = document.querySelector("form[data-files]");
const box = form.querySelector("[data-most]");
const field = form.querySelector("[type=file]");
const status = form.querySelector("[data-files-said]");
const bar = form.querySelector("[data-files-progress]");
const recorder = form.querySelector("[data-record]");
const refused = form.querySelector("[data-files-refused]");
const mostMinutes = 15;
let underWay = Promise.resolve();
let count = 0;
let after = null;
let isRefused = false;
let recording = null;

field.addEventListener("change", takeChosen);
form.addEventListener("paste", event => {
  const files = [...event.clipboardData.files];
  // What is copied from a text or a table comes as words and as a picture of them: the words are meant.
  if (files.length > 0 && !event.clipboardData.types.includes("text/plain")) {
    event.preventDefault();
    take(files);
  }
});
form.addEventListener("dragover", event => {
  if (event.dataTransfer.types.includes("Files")) {
    event.preventDefault();
  }
});
form.addEventListener("drop", event => {
  const files = [...event.dataTransfer.files];
  if (files.length > 0) {
    event.preventDefault();
    take(files);
  }
});
form.addEventListener("click", event => {
  const button = event.target.closest("button[value^=drop-]");
  if (button) {
    event.preventDefault();
    queue(null, button.value, box.dataset.dropped).then(() => form.querySelector("#chosen-files").focus());
  }
});
// Whoever sends while a file is on its way, or while they speak, sends it along; where it does not go along, nothing is sent before they have seen why.
form.addEventListener("submit", event => {
  if (count > 0 || recording || isRefused) {
    event.preventDefault();
    after = event.submitter;
    recording?.stop();
    goOn();
  }
});

// Who opens a voice note wants to hear it.
document.addEventListener("toggle", event => {
  if (event.target.open) {
    event.target.querySelector(":scope > audio")?.play().catch(() => {});
  }
}, true);

function takeChosen() {
  const files = [...field.files];
  field.value = "";
  take(files);
}

function take(files) {
  forget();
  for (const file of files) {
    if (file.size > Number(box.dataset.most)) {
      refuse(box.dataset.tooLarge, file);
    } else {
      queue(file, "edit", box.dataset.taken);
    }
  }
  goOn();
}

// One after the other: each takes along what there is by then.
function queue(file, step, done) {
  count++;
  underWay = underWay.then(() => send(file, step, done)).then(() => {
    count--;
    goOn();
  });
  return underWay;
}

function goOn() {
  if (count > 0 || recording || !after) {
    return;
  }
  const [button, isHeld] = [after, isRefused];
  after = null;
  isRefused = false;
  if (isHeld) {
    refused.querySelector("[data-held]").hidden = false;
    refused.focus();
  } else {
    form.requestSubmit(button);
  }
}

// Why a file does not go along, or one still does, stands there until others are chosen.
function refuse(why, file) {
  const shown = refused.querySelector("template").content.cloneNode(true);
  shown.querySelector("[data-why]").textContent = why.replace("{0}", () => file.name);
  note(shown);
}

function note(shown) {
  refused.append(shown);
  isRefused = true;
}

function forget() {
  if (count === 0) {
    refused.querySelectorAll(".error").forEach(shown => shown.remove());
    refused.querySelector("[data-held]").hidden = true;
    isRefused = false;
  }
}

function send(file, step, done) {
  const fields = new FormData(form);
  fields.delete(field.name);
  if (file) {
    fields.append(field.name, file, file.name);
  }
  fields.append("step", step);
  say(file ? box.dataset.sending : "");
  return new Promise(resolve => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", event => {
      bar.hidden = !file;
      bar.max = event.total;
      bar.value = event.loaded;
    });
    request.addEventListener("loadend", () => {
      bar.hidden = true;
      const fresh = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("#chosen-files");
      if (fresh) {
        const problem = fresh.querySelector(".error");
        problem?.remove();
        show(fresh);
        say(problem ? "" : done);
        if (problem) {
          problem.removeAttribute("id");
          note(document.importNode(problem, true));
        }
      } else if (request.responseURL && new URL(request.responseURL).pathname !== new URL(form.action).pathname) {
        location.assign(request.responseURL); // signed out meanwhile
        return;
      } else {
        say("");
        refuse(file ? box.dataset.failed : box.dataset.dropFailed, file);
      }
      resolve();
    });
    request.open("POST", form.action);
    request.send(fields);
  });
}

// What is being written of a file, and heard of it, stays.
function show(fresh) {
  const there = form.querySelector("#chosen-files");
  const writing = there.contains(document.activeElement) ? document.activeElement.id : null;
  const typed = new Map([...there.querySelectorAll("input[type=text]")].map(input => [input.id, input.value]));
  const node = document.importNode(fresh, true);
  for (const input of node.querySelectorAll("input[type=text]")) {
    input.value = typed.get(input.id) ?? input.value;
  }
  there.replaceWith(node);
  if (writing) {
    document.getElementById(writing)?.focus();
  }
}

function say(words) {
  status.textContent = words;
}

if (navigator.mediaDevices?.getUserMedia && window.MediaRecorder) {
  const words = recorder.textContent;
  const time = form.querySelector("[data-record-time]");
  recorder.addEventListener("click", async () => {
    if (recording) {
      recording.stop();
      return;
    }
    recorder.disabled = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      // What plays everywhere comes first.
      const type = ["audio/mp4;codecs=mp4a.40.2", "audio/ogg;codecs=opus", "audio/webm;codecs=opus"].find(known => MediaRecorder.isTypeSupported(known));
      const parts = [];
      recording = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 32000 });
      const start = Date.now();
      const clock = setInterval(() => {
        const seconds = Math.floor((Date.now() - start) / 1000);
        time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
        if (seconds >= mostMinutes * 60) {
          recording.stop();
        }
      }, 250);
      recording.addEventListener("dataavailable", event => parts.push(event.data));
      recording.addEventListener("stop", () => {
        clearInterval(clock);
        time.textContent = "";
        recording = null;
        stream.getTracks().forEach(track => track.stop());
        recorder.textContent = words;
        take([new File(parts, recorder.dataset.named, { type })]);
      });
      recording.start();
      recorder.textContent = recorder.dataset.stop;
      say(recorder.dataset.recording);
    } catch {
      recording = null;
      say(recorder.dataset.noMicrophone);
    }
    recorder.disabled = false;
  });
  recorder.disabled = false;
} else {
  recorder.hidden = true;
}

// Somebody was quicker than this file.
if (field.files.length > 0) {
  takeChosen();
}
