// One message as an element. Built once; `update` brings its changing parts up to date.
import { card } from "./card.js";
import { el, put } from "./dom.js";
import { fileOf, traitsOf } from "./files.js";
import { icon } from "./icons.js";
import { withLinks } from "./links.js";
import { proofCard } from "./proof.js";
import { hour } from "./times.js";
import { languageOfText } from "./words.js";

const NUMBERED = /^\s*(\d{1,2})[.)-]\s+(?=\S)/;
const FACES = { citizen: "me", bot: "bot", agent: "agent", system: "system" };
const HELPED = /"helped"/;

export class Message {
  #item;
  #words;
  #deeds;
  #bubble;
  #foot;
  #by;
  #group = null;
  #shown = null;
  #files = null;
  #drawn = "";

  /** `deeds`: choose(item, choice), retry(item), edit(item), ask(text), copied(), link(fileId), prove(step, typed). */
  constructor(item, words, deeds) {
    this.#item = item;
    this.#words = words;
    this.#deeds = deeds;
    this.#by = item.sender === "bot" || item.sender === "agent" ? el("div", { class: "by" }) : null;
    this.#bubble = el("div", { class: "bub say" });
    // Who said it and how far it got is read on demand; only the words are announced.
    this.#foot = item.sender === "citizen" ? el("div", { class: "foot", "aria-live": "off" }) : null;
    this.element = el("div", { class: `msg ${FACES[item.sender] ?? "bot"}` });
    this.#assemble();
  }

  /** `answered`: the title that was chosen, "" for another answer, null while the buttons wait. */
  update({ leads, answered }) {
    const item = this.#item;
    if (this.#shown !== item.text) this.#fill();
    if (traitsOf(item.files) !== this.#drawn) this.#fillFiles();
    this.element.classList.toggle("failed", ["failed", "kept", "refused"].includes(item.state));
    if (this.#by) this.#tellWho(leads);
    if (this.#foot) this.#tellState();
    if (this.#group) this.#markChoice(answered);
  }

  #assemble() {
    const { metadata, choices, sender } = this.#item;
    const heard = sender === "citizen" ? el("span", { class: "sr" }, `${this.#words.say("you")}: `) : null;
    if (metadata.handover) this.element.classList.add("plug");
    this.#files = el("div", { class: "files", hidden: true });
    this.element.append(...[this.#by, heard, this.#files, this.#bubble, this.#foot].filter(Boolean));
    if (metadata.card) this.element.append(card(metadata.card, this.#words, this.#deeds));
    if (metadata.prove) this.element.append(proofCard(this.#words, this.#deeds));
    if (choices.length > 0) {
      this.#group = this.#choices(choices);
      this.element.append(this.#group);
    }
  }

  #fill() {
    const { text, sender, language } = this.#item;
    this.#shown = text;
    this.#bubble.hidden = text === "" || (this.#item.files.length > 0 && this.#item.metadata.placeholder === true);
    this.#bubble.lang = languageOfText(text, sender === "citizen" ? null : language);
    const typed = sender === "citizen" || sender === "agent";
    // Paragraphs of an answer find their own direction; the frame follows the language of the whole.
    this.#bubble.dir = typed ? "auto" : { ar: "rtl", en: "ltr" }[this.#bubble.lang];
    this.#bubble.replaceChildren(...(typed ? withLinks(text, this.#words) : blocks(text, this.#words)));
    this.#bubble.classList.toggle("typed", typed);
  }

  // The sentence that stands for a file without words is for those who do not see the file.
  #fillFiles() {
    const { files, metadata } = this.#item;
    this.#drawn = traitsOf(files);
    this.#files.hidden = files.length === 0;
    this.#files.replaceChildren(...files.map((file) => fileOf(file, this.#words, this.#deeds.link)));
    if (files.length > 0 && metadata.placeholder) this.#bubble.hidden = true;
  }

  #tellWho(leads) {
    this.#by.hidden = !leads;
    if (!leads || this.#by.firstChild) return;
    const { sender, metadata, at } = this.#item;
    const name = metadata.name ?? this.#words.say(sender === "agent" ? "agent" : "assistant");
    const initial = el("span", { class: "face", "aria-hidden": "true" }, [...name][0]);
    const face = sender === "agent" ? initial : icon("bot");
    this.#by.append(face, el("span", {}, el("bdi", {}, name), " · ", this.#time(at)));
  }

  #tellState() {
    const { state, at, reason } = this.#item;
    const key = `${state} ${at.getTime()}`;
    if (this.#foot.dataset.told === key) return;
    this.#foot.dataset.told = key;
    const words = this.#words;
    if (state === "delivered" || state === "sending") {
      this.#foot.replaceChildren(this.#time(at), ` · ${words.say(state)}`);
      return;
    }
    const sentence = { kept: "kept", failed: "not_delivered", refused: "refused" }[state];
    const told = el("span", { class: "err" }, icon("warn"), el("span", { dir: "auto" }, reason ?? words.say(sentence)));
    this.#foot.replaceChildren(told, ...this.#remedies());
  }

  #remedies() {
    const item = this.#item;
    const remedy = (word, deed) =>
      el("button", { type: "button", class: "btn small bad", onclick: () => deed(item) }, icon(word), this.#words.say(word));
    if (item.state === "failed") return [remedy("retry", this.#deeds.retry)];
    if (item.state !== "refused" || item.cid === null) return [];
    return item.code === "too_long"
      ? [remedy("edit", this.#deeds.edit)]
      : [remedy("retry", this.#deeds.retry)];
  }

  #choices(choices) {
    const asksHelp = choices.every((one) => HELPED.test(one.payload ?? ""));
    const pair = !asksHelp && choices.length === 2 && choices.every((one) => [...one.title].length <= 14);
    const group = el("div", {
      class: asksHelp ? "helped" : `opts${pair ? " two-up" : ""}`,
      role: "group",
      "aria-label": this.#words.say(asksHelp ? "helped" : "choices"),
    });
    for (const [index, choice] of choices.entries()) {
      const title = el("span", { dir: "auto" }, choice.title);
      const button = el("button", { type: "button", class: asksHelp ? "btn" : "opt" }, title);
      if (asksHelp) button.prepend(icon(index === 0 ? "up" : "down"));
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") !== "true") this.#deeds.choose(this.#item, choice);
      });
      group.append(button);
    }
    return group;
  }

  // aria-disabled and not disabled: the pressed button keeps the focus and the group stays readable.
  #markChoice(answered) {
    for (const [index, button] of [...this.#group.children].entries()) {
      const chosen = answered !== null && answered === this.#item.choices[index].title;
      put(button, "aria-disabled", answered === null ? null : "true");
      put(button, "aria-pressed", chosen ? "true" : null);
      const check = button.querySelector(".picked");
      if (chosen && !check) {
        const sign = icon("check");
        sign.classList.add("picked");
        button.append(sign);
      }
      if (!chosen && check) check.remove();
    }
  }

  #time(at) {
    return el("time", { datetime: at.toISOString() }, el("bdi", {}, hour(at, this.#words.language)));
  }
}

/** Paragraphs, and numbered lines as steps; each takes its direction from its own words. */
export function blocks(text, words) {
  const made = [];
  let steps = null;
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const numbered = NUMBERED.exec(line);
    if (!numbered) {
      steps = null;
      made.push(el("p", { dir: "auto" }, ...withLinks(line, words)));
      continue;
    }
    if (!steps) {
      steps = el("ol", { class: "steps" });
      steps.style.counterReset = `step ${Number(numbered[1]) - 1}`;
      made.push(steps);
    }
    const step = withLinks(line.slice(numbered[0].length), words);
    steps.append(el("li", {}, el("span", { class: "mp", dir: "auto" }, ...step)));
  }
  return made;
}
