// Brings an invitation that stands behind the # of the address: from here on it is in no address. Without this script it is pasted into the same form.

const form = document.querySelector("[data-join]");
bring();

// Where the page stands already, opening a link changes nothing but what is behind the #.
addEventListener("hashchange", bring);

function bring() {
  if (location.hash.length > 1) {
    form.elements.namedItem("invitation").value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    form.requestSubmit();
  }
}
