// Where the person writes: grows with the text, keeps a draft, counts near the limit, sends on Enter.
import { el, put } from "./dom.js";
import { icon } from "./icons.js";
import { Tray } from "./tray.js";
import { number } from "./words.js";

const MOST = 4_000;
const COUNT_FROM = 3_600;

export class Composer {
  #words;
  #storage;
  #send;
  #field;
  #button;
  #label;
  #count;
  #error;
  #privacy;
  #tray;
  #clip;
  #picker;
  #wanted = false;

  /** `send(text, files)` gets what was written, within the limit, and what was uploaded; not both are empty. */
  constructor(words, storage, send, deeds) {
    this.#storage = storage;
    this.#send = send;
    this.#tray = new Tray(words, { ...deeds, changed: () => this.#trayChanged() });
    this.#picker = el("input", { type: "file", multiple: true, hidden: true });
    this.#clip = el("button", { type: "button", class: "btn icon quiet", onclick: () => this.#picker.click() }, icon("clip"));
    this.#picker.addEventListener("change", () => {
      this.#take([...this.#picker.files]);
      this.#picker.value = "";
    });
    this.#label = el("span", { class: "sr" });
    this.#field = el("textarea", { class: "inp", rows: "1", dir: "auto", id: "message", enterkeyhint: "send" });
    this.#button = el("button", { type: "submit", class: "btn icon pri" }, icon("send"));
    this.#count = el("span", { class: "count xs" });
    this.#error = el("p", { class: "err", id: "too-long", role: "alert" });
    this.#privacy = el("p", { class: "foot-note", id: "privacy" });
    const label = el("label", { class: "grow" }, this.#label, this.#field);
    const form = el("form", { class: "say-box", novalidate: true }, this.#clip, this.#picker, label, this.#button);
    const under = el("div", { class: "under" }, this.#privacy, this.#count);
    this.element = el("div", { class: "composer" }, this.#error, this.#tray.element, form, under);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#field.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      this.#take(files);
    });
    this.translate(words);
    this.#put(storage.get("draft") ?? "");
  }

  focus() {
    this.#field.focus();
  }

  /** In bytes, as the server said. */
  set largestFile(bytes) {
    this.#tray.largest = bytes;
  }

  /** Let files be dropped anywhere on `area`. */
  dropOn(area) {
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    for (const name of ["dragenter", "dragover"]) {
      area.addEventListener(name, (event) => {
        if (!carries(event)) return;
        event.preventDefault();
        area.classList.add("dropping");
      });
    }
    area.addEventListener("dragleave", (event) => {
      if (!area.contains(event.relatedTarget)) area.classList.remove("dropping");
    });
    area.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      area.classList.remove("dropping");
      this.#take([...event.dataTransfer.files]);
    });
  }

  /** Put a text that could not be sent back in front of the person, before anything they wrote since. */
  giveBack(text) {
    this.#put([text, this.#field.value].filter(Boolean).join("\n"));
    this.#storage.set("draft", this.#field.value);
    this.#field.focus();
  }

  translate(words) {
    this.#words = words;
    this.#label.textContent = words.say("message");
    put(this.#field, "placeholder", words.say("placeholder"));
    put(this.#button, "aria-label", words.say("send"));
    put(this.#clip, "aria-label", words.say("attach"));
    put(this.#clip, "title", words.say("attach"));
    this.#tray.translate(words);
    put(this.element.querySelector("form"), "aria-label", words.say("composer"));
    this.#privacy.textContent = words.say("privacy");
    this.#measure();
  }

  /** Recompute the height; needed once the field becomes visible. */
  fit() {
    this.#field.style.blockSize = "auto";
    const borders = this.#field.offsetHeight - this.#field.clientHeight;
    if (this.#field.scrollHeight > 0) this.#field.style.blockSize = `${this.#field.scrollHeight + borders}px`;
  }

  #put(text) {
    this.#field.value = text;
    this.#measure();
    this.fit();
  }

  #typed() {
    this.#storage.set("draft", this.#field.value);
    this.#measure();
    this.fit();
  }

  #pressed(event) {
    // 229: some input methods end a composition with an Enter that is not one.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.#field.value;
    this.#wanted = this.#tray.busy;
    const nothing = text.trim() === "" && !this.#tray.ready;
    if (this.#wanted || nothing || this.#measure() > MOST) {
      this.#field.focus();
      return;
    }
    const { files } = this.#tray;
    this.#tray.clear();
    this.#put("");
    this.#storage.remove("draft");
    this.#send(text.trim() === "" ? "" : text, files);
  }

  #take(files) {
    this.#tray.add(files);
    this.#field.focus();
  }

  // Who pressed "send" while a file was on its way meant the file too: it goes when it has arrived.
  #trayChanged() {
    put(this.#button, "aria-busy", this.#tray.busy ? "true" : null);
    if (this.#wanted && !this.#tray.busy) this.#submit();
  }

  // Characters as the server counts them: code points.
  #measure() {
    const length = [...this.#field.value].length;
    const over = length > MOST;
    this.#count.hidden = length < COUNT_FROM;
    this.#count.textContent = this.#words.plain("count", { n: number(length), most: number(MOST) });
    const sentence = over ? this.#words.plain("too_long", { most: number(MOST) }) : "";
    if (this.#error.textContent !== sentence) this.#error.textContent = sentence;
    put(this.#field, "aria-invalid", over ? "true" : null);
    put(this.#field, "aria-describedby", over ? "too-long privacy" : "privacy");
    put(this.#button, "aria-disabled", over ? "true" : null);
    // Browsers differ on the direction of an empty automatic field: the placeholder follows the page.
    put(this.#field, "dir", length === 0 ? this.#words.direction : "auto");
    return length;
  }
}
