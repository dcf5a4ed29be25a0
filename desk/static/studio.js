// The editor of an entry: rows can be taken away; without this they are emptied by hand.
document.addEventListener("click", (event) => {
  const away = event.target.closest("[data-away]");
  if (!away) return;
  const row = away.closest("li");
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const form = row.closest("form");
  if (away.dataset.away === "empty") {
    row.querySelector("input:not([type=hidden])").value = "";
    row.hidden = true;
  } else {
    row.remove();
  }
  next?.querySelector("input")?.focus();
  form?.dispatchEvent(new Event("input", { bubbles: true }));
  changed = true;
});

// ---- what was typed is not lost by a wrong turn
let changed = false;
const form = document.getElementById("entry");
form?.addEventListener("input", () => {
  changed = true;
});
form?.addEventListener("submit", () => {
  changed = false;
});
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
