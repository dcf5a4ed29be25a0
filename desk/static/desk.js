import { pressed } from "./keys.js";

// What every page of the desk does in the browser: nothing that a page needs to be read.
const toasts = document.getElementById("toasts");

const show = (text) => {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.textContent = text;
  toasts.replaceChildren(toast);
};

for (const kind of ["htmx:responseError", "htmx:sendError"]) {
  document.body.addEventListener(kind, () => show(toasts.dataset.failed));
}

// ---- of more tabs than fit, the one that is open is in sight
for (const tab of document.querySelectorAll(".tabs>[aria-current=page]")) {
  tab.scrollIntoView({ inline: "center", block: "nearest" });
}

// ---- "/" searches from any page
const box = document.getElementById("search");
const search = () => {
  const field = document.getElementById("q") ?? document.getElementById("search-words");
  if (box && !box.open) box.showModal();
  field?.focus();
  field?.select();
};
document.addEventListener("keydown", (event) => {
  if (pressed(event) !== "/") return;
  event.preventDefault();
  search();
});
document.querySelector("[data-search]")?.addEventListener("click", (event) => {
  if (!box || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  search();
});
box?.addEventListener("click", (event) => {
  if (event.target === box) box.close();
});

// ---- a message that was found is led to, page by page if it lies further back
const found = /^#m\d+$/.test(window.location.hash) && window.location.hash.slice(1);
let pagesBack = 20;
const lead = () => {
  const message = document.getElementById(found);
  if (message) {
    message.classList.add("led");
    message.scrollIntoView({ block: "center" });
    return;
  }
  const earlier = document.querySelector("#log [hx-get*='/earlier']");
  if (!earlier || !pagesBack--) return;
  document.body.addEventListener("htmx:afterSettle", lead, { once: true });
  earlier.click();
};
if (found) window.addEventListener("load", lead);
