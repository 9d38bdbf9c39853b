// Of each column only the units that go with what it is can be chosen. Comfort only: what does not go together is told when the form is sent.

const form = document.querySelector("[data-columns]");

function narrow(meaning) {
  const unit = form.elements[meaning.name.replace("as-", "unit-")];
  const fitting = meaning.selectedOptions[0]?.dataset.units?.split(" ") ?? [];
  for (const option of unit.options) {
    option.hidden = option.disabled = option.value ? !fitting.includes(option.value) : fitting.length > 0;
  }
  unit.disabled = unit.parentElement.hidden = fitting.length === 0;
  if (unit.selectedOptions[0]?.disabled ?? true) {
    unit.value = fitting.length === 1 ? fitting[0] : "";
  }
}

for (const meaning of form.querySelectorAll("select[name^='as-']")) {
  meaning.addEventListener("change", () => narrow(meaning));
  narrow(meaning);
}
