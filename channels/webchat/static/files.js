// Files of a message: a picture, a sound, or a line with name and size. Links are asked for when needed.
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { number } from "./words.js";

const SHOWN = ["image/jpeg", "image/png", "image/gif", "image/webp"];
const OPEN = ["clean", "unchecked"];
const KILO = 1024;

/** One file as an element; `link(id)` gives its address for a while. */
export function fileOf(file, words, link) {
  const open = OPEN.includes(file.state);
  if (open && SHOWN.includes(file.media_type)) return picture(file, words, link);
  const box = el("div", { class: "file" }, line(file, words, open ? link : null));
  if (open && file.kind === "audio") box.append(sound(file, words, link));
  return box;
}

/** What changes when a file has to be drawn anew. */
export function traitsOf(files) {
  return files.map((file) => `${file.id} ${file.state}`).join();
}

/** 214 KB, 1.2 MB; digits 0-9 in both languages. */
export function sizeOf(bytes, words) {
  if (bytes < KILO * KILO) return words.plain("kilobytes", { n: number(Math.max(1, Math.round(bytes / KILO))) });
  return words.plain("megabytes", { n: number(Math.round(bytes / KILO / KILO * 10) / 10) });
}

function line(file, words, link) {
  const state = words.say(`file_${file.state}`);
  const said = el(
    "span",
    { class: "grow" },
    el("bdi", { class: "name", dir: "auto" }, file.name),
    el("span", { class: "xs" }, el("bdi", {}, sizeOf(file.size, words)), state ? ` · ${state}` : ""),
  );
  const sign = icon(["infected", "unscannable"].includes(file.state) ? "warn" : "file");
  if (!link) return el("div", { class: "row" }, sign, said);
  return el(
    "button",
    { type: "button", class: "row", onclick: () => save(file, link) },
    sign,
    el("span", { class: "sr" }, `${words.say("save")}: `),
    said,
    icon("save"),
  );
}

function picture(file, words, link) {
  const image = el("img", { alt: words.plain("picture", { file: file.name }), decoding: "async" });
  const frame = el(
    "button",
    { type: "button", class: "picture", "aria-label": words.plain("file_open", { file: file.name }), onclick: () => save(file, link) },
    image,
  );
  image.addEventListener("error", () => {
    if (image.src) frame.replaceWith(el("div", { class: "file" }, line(file, words, link)));
  });
  link(file.id).then((address) => address && (image.src = address));
  return frame;
}

function sound(file, words, link) {
  const player = el("audio", { controls: true, preload: "none", "aria-label": file.name });
  link(file.id).then((address) => address && (player.src = address));
  return player;
}

// A click on a link of our own: no pop-up, and the answer says that it is a download.
async function save(file, link) {
  const address = await link(file.id);
  if (!address) return;
  const anchor = el("a", { href: address, download: file.name, rel: "noopener noreferrer" });
  anchor.click();
}
