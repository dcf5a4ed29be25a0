// Files the person chose and has not sent yet: each is uploaded at once, can be taken back, and says why it is refused.
import { el, put } from "./dom.js";
import { sizeOf } from "./files.js";
import { icon } from "./icons.js";

const MOST = 5;
const CHECKING_FROM = 1;

export class Tray {
  #words;
  #deeds;
  #entries = [];
  #largest = Infinity;

  /** `deeds`: upload(file, progress) → {promise, cancel}, changed(), announce(text). */
  constructor(words, deeds) {
    this.#words = words;
    this.#deeds = deeds;
    this.element = el("ul", { class: "tray", hidden: true });
  }

  /** Whether there is something to send, and nothing still on its way. */
  get ready() {
    return this.files.length > 0 && !this.busy;
  }

  get busy() {
    return this.#entries.some((entry) => entry.state === "uploading");
  }

  /** What the server took, as it told of them. */
  get files() {
    return this.#entries.filter((entry) => entry.state === "ready").map((entry) => entry.told);
  }

  /** In bytes, as the server said. */
  set largest(bytes) {
    this.#largest = bytes;
  }

  add(files) {
    for (const file of files) {
      if (this.#entries.length >= MOST) {
        this.#deeds.announce(this.#words.plain("files_most", { n: MOST }));
        break;
      }
      this.#begin(file);
    }
    this.#changed();
  }

  /** Take out what was sent; what was refused or is on its way stays. */
  clear() {
    this.#entries = this.#entries.filter((entry) => entry.state !== "ready");
    this.#changed();
  }

  translate(words) {
    this.#words = words;
    put(this.element, "aria-label", words.say("files"));
    this.#show();
  }

  #begin(file) {
    const entry = { file, state: "uploading", progress: 0, told: null, reason: null, cancel: () => {} };
    this.#entries.push(entry);
    if (file.size > this.#largest) {
      const size = sizeOf(this.#largest, this.#words);
      this.#refuse(entry, this.#words.say("file_too_large", { file: file.name || "?", size }));
      return;
    }
    const { promise, cancel } = this.#deeds.upload(file, (progress) => {
      entry.progress = progress;
      this.#tellProgress(entry);
    });
    entry.cancel = cancel;
    promise.then((told) => this.#settle(entry, told)).catch(() => {
      if (this.#entries.includes(entry)) this.#refuse(entry, this.#words.say("file_broken", { file: file.name || "?" }));
      this.#changed();
    });
  }

  #settle(entry, told) {
    if (!this.#entries.includes(entry)) return;
    if (told.ok) {
      entry.state = "ready";
      entry.told = told;
      this.#deeds.announce(this.#words.plain("file_arrived", { file: told.name }));
    } else this.#refuse(entry, told.text);
    this.#changed();
  }

  #refuse(entry, reason) {
    entry.state = "refused";
    entry.reason = reason;
    this.#deeds.announce(reason);
  }

  #remove(entry) {
    entry.cancel();
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    this.#changed();
  }

  #changed() {
    this.#show();
    this.#deeds.changed();
  }

  #show() {
    this.element.hidden = this.#entries.length === 0;
    this.element.replaceChildren(...this.#entries.map((entry) => this.#row(entry)));
  }

  #row(entry) {
    const words = this.#words;
    const name = entry.told?.name ?? (entry.file.name || "?");
    entry.bar = el("progress", { max: "1", value: String(entry.progress), "aria-label": words.plain("file_progress", { file: name }) });
    entry.note = el("span", { class: "xs" });
    const remove = el(
      "button",
      { type: "button", class: "btn icon quiet", "aria-label": words.plain("file_remove", { file: name }), onclick: () => this.#remove(entry) },
      icon("cross"),
    );
    const refused = entry.state === "refused";
    const body = refused
      ? el("span", { class: "grow err" }, icon("warn"), el("span", { dir: "auto" }, entry.reason))
      : el("span", { class: "grow" }, el("bdi", { class: "name", dir: "auto" }, name), entry.note, entry.state === "uploading" ? entry.bar : null);
    this.#tellProgress(entry);
    return el("li", { class: refused ? "refused" : null }, body, remove);
  }

  #tellProgress(entry) {
    if (!entry.bar) return;
    put(entry.bar, "value", String(entry.progress));
    const size = sizeOf(entry.file.size, this.#words);
    const checking = entry.state === "uploading" && entry.progress >= CHECKING_FROM;
    entry.note.replaceChildren(el("bdi", {}, size), checking ? ` · ${this.#words.say("file_pending")}` : "");
  }
}

/** Send one file; `progress` hears from 0 to 1. Answers what the server said of it. */
export function upload(address, session, language, file, progress) {
  const request = new XMLHttpRequest();
  const promise = new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => progress(event.loaded / event.total));
    request.addEventListener("load", () => {
      try {
        resolve(JSON.parse(request.responseText));
      } catch (error) {
        reject(error);
      }
    });
    for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => reject(new Error(name)));
    const place = new URL("attachments", address);
    place.searchParams.set("language", language);
    place.searchParams.set("name", file.name);
    request.open("POST", place);
    request.setRequestHeader("Authorization", `Bearer ${session}`);
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
  return { promise, cancel: () => request.abort() };
}
