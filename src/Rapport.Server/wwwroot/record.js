// Comforts of a record: results while one types, values of a picture one by one, a button that prints. Every page works without this file.
"use strict";

for (const form of document.querySelectorAll("form[data-live]")) {
  searchWhileTyping(form);
}

for (const chart of document.querySelectorAll("[data-chart]:has([data-walk])")) {
  walk(chart);
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.addEventListener("click", () => print());
}

function searchWhileTyping(form) {
  const field = form.querySelector("[type=search]");
  const found = document.getElementById(form.dataset.live);
  const count = document.querySelector("[data-count]");
  const instead = document.getElementById(form.dataset.instead);
  const home = location.href;
  let waiting;
  let asking;
  let shown = field.defaultValue.trim();

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 200);
  });

  // Somebody was quicker than this file.
  ask();

  async function ask() {
    asking?.abort();
    const wanted = field.value.trim();
    if (wanted === shown) {
      return;
    }

    if (!wanted && instead) {
      show(wanted, home, [], "");
      return;
    }

    const address = new URL(form.action);
    for (const [name, value] of new FormData(form)) {
      if (value.trim()) {
        address.searchParams.set(name, value.trim());
      }
    }

    asking = new AbortController();
    try {
      const answer = await fetch(address, { headers: { "Rapport-Part": "found" }, signal: asking.signal });
      if (!answer.ok || answer.redirected) {
        return; // The button still asks for the whole page, which tells why.
      }

      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = page.querySelector("[data-told]");
      if (part) {
        show(wanted, address, [document.importNode(part, true)], part.dataset.told);
        document.querySelector(".kinds")?.replaceWith(document.importNode(page.querySelector(".kinds"), true));
      }
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) {
        throw error;
      }
    }
  }

  function show(wanted, address, nodes, told) {
    found.replaceChildren(...nodes);
    count.textContent = told;
    if (instead) {
      instead.hidden = nodes.length > 0;
    }

    shown = wanted;
    history.replaceState(null, "", address);
  }
}

function walk(chart) {
  const points = [...chart.querySelectorAll(".chart-point")];
  const slider = chart.querySelector("[data-walk] input");
  const output = chart.querySelector("[data-walk] output");
  const svg = chart.querySelector("svg");
  const middle = point => {
    const box = point.getBoundingClientRect();
    return box.left + box.width / 2;
  };

  slider.addEventListener("input", () => show(Number(slider.value)));
  svg.addEventListener("pointermove", event => {
    const nearest = points.reduce((best, point, i) => {
      const away = Math.abs(middle(point) - event.clientX);
      return away < best.away ? { away, i } : best;
    }, { away: Infinity, i: 0 });
    slider.value = nearest.i;
    show(nearest.i);
  });
  show(points.length - 1);

  function show(at) {
    points.forEach((point, i) => point.classList.toggle("lit", i === at));
    const said = points[at].dataset.said;
    slider.setAttribute("aria-valuetext", said);
    output.textContent = said;
  }
}
