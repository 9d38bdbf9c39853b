// An import that is under way shows how far it is, and its result once it is over. Comfort only: the page has a link that looks again.

const card = document.querySelector("[data-import]");

async function look() {
  try {
    const answer = await fetch(card.dataset.import, { headers: { accept: "application/json" } });
    if (!answer.ok || answer.redirected) {
      return;
    }
    const told = await answer.json();
    if (!told.underWay) {
      location.reload();
      return;
    }
    card.querySelector("[role=status]").textContent = told.words;
    const bar = card.querySelector("progress");
    if (told.percent === null) {
      bar.removeAttribute("value");
    } else {
      bar.value = told.percent;
    }
  } catch {
    // The connection is gone for a moment: look again later.
  }
  setTimeout(look, 1000);
}

setTimeout(look, 500);
