// The conversation as a whole: who tells whom when something happens.
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { Panel } from "./panel.js";
import { Timeline } from "./timeline.js";
import { upload } from "./tray.js";
import { languageOf } from "./words.js";

const DARK = matchMedia("(prefers-color-scheme:dark)");
// Where an open chat leaves the page usable beside it, or is the whole screen.
const ROOM = matchMedia("(max-width:48rem),(min-width:64rem)");
const TYPING_MS = 30_000;

export class Chat {
  #kit;
  #words;
  #timeline = new Timeline();
  #log;
  #composer;
  #panel;
  #outbox;
  #connection = null;
  #connecting = false;
  #typingTimer = null;
  #unread = 0;
  #title = null;

  /** `kit`: shadow, words, storage, tabStorage, loadWords(language), loadSocket(), address, wear(isDark). */
  constructor(kit) {
    this.#kit = kit;
    this.#words = kit.words;
    this.#log = new Log(this.#words, this.#deeds());
    this.#composer = new Composer(this.#words, kit.storage, (text, files) => this.#say(text, null, files), {
      upload: (file, progress) => this.#upload(file, progress),
      announce: (text) => this.#panel.announce(text),
    });
    this.#panel = new Panel(this.#words, this.#log, this.#composer, {
      opened: () => this.#opened(),
      closed: () => kit.tabStorage.set("open", "no"),
      switchLanguage: () => this.setLanguage(this.#words.language === "ar" ? "en" : "ar"),
      switchTheme: () => this.setTheme(this.#isDark() ? "light" : "dark"),
    });
    this.#outbox = new Outbox(
      kit.storage,
      this.#timeline,
      () => this.#connection,
      () => this.#show(),
    );
    kit.shadow.append(this.#panel.root);
    this.#composer.dropOn(this.#panel.root);
    this.#dress();
    DARK.addEventListener("change", () => this.#dress());
    document.addEventListener("visibilitychange", () => this.#read());
  }

  get root() {
    return this.#panel.root;
  }

  /** Show what is kept; `wished`: the page wants the chat open. A person who closed it here keeps it closed. */
  begin(wished) {
    this.#outbox.restore();
    this.#show();
    const last = this.#kit.tabStorage.get("open");
    if (last === "yes" || (wished && ROOM.matches && last !== "no")) this.#panel.open({ byPerson: false });
    else if (this.#kit.storage.get("session")) this.#connect();
  }

  open() {
    this.#panel.open();
  }

  close() {
    this.#panel.close();
  }

  /** Open the chat and say `text` in it. */
  ask(text) {
    this.#panel.open();
    this.#say(String(text));
  }

  /** Speak "ar" or "en" from now on, here and at the server. */
  async setLanguage(language) {
    const wanted = languageOf(language);
    if (!wanted || wanted === this.#words.language) return;
    this.#words = await this.#kit.loadWords(wanted);
    this.#kit.storage.set("language", wanted);
    this.#kit.storage.set("pin", wanted);
    this.#panel.translate(this.#words);
    this.#log.translate(this.#words);
    this.#composer.translate(this.#words);
    this.#panel.theme(this.#isDark());
    this.#panel.unread(this.#unread);
    this.#show();
    this.#pinLanguage();
    globalThis.dispatchEvent(new CustomEvent("baddala:language", { detail: wanted }));
  }

  /** "light", "dark", or anything else to follow the device again. */
  setTheme(theme) {
    if (theme === "light" || theme === "dark") this.#kit.storage.set("theme", theme);
    else this.#kit.storage.remove("theme");
    this.#dress();
    globalThis.dispatchEvent(new CustomEvent("baddala:theme", { detail: theme }));
  }

  #deeds() {
    return {
      ask: (text) => this.#say(text),
      choose: (item, choice) => this.#say(choice.title, choice.payload ?? null),
      retry: (item) => this.#outbox.retry(item),
      edit: (item) => {
        this.#outbox.take(item);
        this.#composer.giveBack(item.text);
      },
      link: (id) => this.#link(id),
      prove: async (step, typed) => (await this.#session(), this.#connection.prove(step, typed)),
      copied: () => this.#panel.announce(this.#words.say("copied")),
    };
  }

  // A file needs a session to belong to, which the first connection gives.
  #upload(file, progress) {
    let running = null;
    let cancelled = false;
    const promise = this.#session().then((session) => {
      if (cancelled) throw new Error("cancelled");
      running = upload(this.#kit.address, session, this.#words.language, file, progress);
      return running.promise;
    });
    const cancel = () => {
      cancelled = true;
      running?.cancel();
    };
    return { promise, cancel };
  }

  async #session() {
    await this.#connect();
    while (!this.#connection?.ready) await new Promise((again) => setTimeout(again, 200));
    return this.#kit.storage.get("session");
  }

  async #link(id) {
    const address = await this.#connection?.fileLink(id);
    return address ? new URL(address, this.#kit.address).href : null;
  }

  #say(text, payload = null, files = []) {
    this.#log.toEnd();
    this.#outbox.put(text, payload, files);
    this.#connect();
  }

  #opened() {
    this.#kit.tabStorage.set("open", "yes");
    this.#read();
    this.#connect();
  }

  async #connect() {
    if (this.#connection || this.#connecting) return;
    this.#connecting = true;
    this.#panel.line("connecting");
    try {
      const io = await this.#kit.loadSocket();
      this.#connection = new Connection(io, this.#kit.address, this.#heard(), {
        session: () => this.#kit.storage.get("session"),
        after: () => this.#timeline.after,
        language: () => this.#words.language,
      });
      this.#connection.open();
    } catch {
      this.#panel.line("reconnecting");
      setTimeout(() => this.#connect(), 5_000);
    } finally {
      this.#connecting = false;
    }
  }

  #heard() {
    return {
      line: (state) => {
        this.#panel.line(state);
        if (state !== "connected") this.#outbox.flush();
      },
      session: (id) => this.#begun(id),
      history: (messages) => {
        const first = this.#timeline.after === 0;
        for (const told of messages) this.#timeline.merge(told);
        this.#show({ quietly: first });
        if (!first) this.#count(messages.filter((told) => told.sender !== "citizen").length);
      },
      message: (told) => {
        const isNew = !this.#timeline.knows(told.seq);
        const item = this.#timeline.merge(told);
        if (isNew && item.sender !== "citizen") {
          this.#typing(false);
          this.#log.arrived();
          this.#count(1);
        }
        this.#show();
      },
      typing: (on) => this.#typing(on),
      largestFile: (bytes) => {
        this.#composer.largestFile = bytes;
      },
    };
  }

  // An id that is not ours means that ours has expired: go on in the new session without a word.
  #begun(id) {
    const known = this.#kit.storage.get("session");
    if (known !== null && known !== id) this.#timeline.renew();
    this.#kit.storage.set("session", id);
    this.#pinLanguage();
    this.#outbox.flush();
  }

  #pinLanguage() {
    const wanted = this.#kit.storage.get("pin");
    if (!wanted || !this.#connection?.ready) return;
    this.#connection.pinLanguage(wanted);
    this.#kit.storage.remove("pin");
  }

  #typing(on) {
    clearTimeout(this.#typingTimer);
    if (on) {
      this.#panel.announce(this.#words.say("assistant_typing"));
      this.#typingTimer = setTimeout(() => this.#log.typing(false), TYPING_MS);
    }
    this.#log.typing(on);
  }

  #show({ quietly = false } = {}) {
    const items = this.#timeline.items;
    this.#log.show(items, { quietly });
    const host = items.findLast((item) => item.sender === "agent" || item.sender === "bot");
    this.#panel.talkingTo(host?.sender === "agent" ? (host.metadata.name ?? null) : null);
  }

  #count(n) {
    if (n === 0 || (this.#panel.isOpen && !document.hidden)) return;
    this.#tellUnread(this.#unread + n);
  }

  #read() {
    if (this.#panel.isOpen && !document.hidden) this.#tellUnread(0);
  }

  // The title belongs to the page: borrow it, and give back what was there.
  #tellUnread(n) {
    if (this.#unread === 0 && n > 0) this.#title = document.title;
    this.#unread = n;
    this.#panel.unread(n);
    if (n > 0) document.title = `(${n}) ${this.#title}`;
    else if (this.#title !== null) {
      document.title = this.#title;
      this.#title = null;
    }
  }

  #isDark() {
    const chosen = this.#kit.storage.get("theme");
    return chosen ? chosen === "dark" : DARK.matches;
  }

  #dress() {
    this.#kit.wear(this.#isDark());
    this.#panel.theme(this.#isDark());
  }
}
