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
