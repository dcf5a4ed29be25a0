// Single keys, on every keyboard: the key that types "ق" on an Arabic one is the one that says "r".
const OFF = "keys-off";

export const typing = (target) => target.closest("input,textarea,select,[contenteditable]");

const named = (event) => {
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  if (event.key === "؟") return "?";
  if (event.code === "Slash" && !/^[/?]$/.test(event.key)) return event.shiftKey ? "?" : "/";
  return /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase() ?? event.key;
};

// What was pressed; "" where it is text, belongs to the system, or single keys are turned off.
export const pressed = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return "";
  if (typing(event.target) || event.target.closest("dialog")) return "";
  return localStorage.getItem(OFF) ? "" : named(event);
};

// ---- "?" tells them all, and there they can be turned off
const help = document.getElementById("keys");
document.addEventListener("keydown", (event) => {
  if (pressed(event) !== "?" || !help) return;
  event.preventDefault();
  help.showModal();
});
help?.addEventListener("click", (event) => {
  if (event.target === help || event.target.closest("[data-leave]")) help.close();
});
for (const box of document.querySelectorAll("[data-keys-on]")) {
  box.checked = !localStorage.getItem(OFF);
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
    for (const other of document.querySelectorAll("[data-keys-on]")) other.checked = box.checked;
  });
}

// ---- menus: a key opens one, Escape and a press elsewhere close it
const opened = () => [...document.querySelectorAll("details.menu[open]")];
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    const [menu] = opened();
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  const key = pressed(event);
  const menu = /^[a-z]$/.test(key) && document.querySelector(`details.menu[data-key="${key}"]`);
  if (!menu) return;
  event.preventDefault();
  for (const other of opened()) other.open = other === menu;
  menu.open = true;
  menu.querySelector("select,input:not([type=hidden]),textarea,button")?.focus();
});
document.addEventListener("click", (event) => {
  for (const menu of opened()) if (!menu.contains(event.target)) menu.open = false;
});
