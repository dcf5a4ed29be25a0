// What the person said and the server has not acknowledged: kept over reloads, sent in order, one at a time.
import { waits } from "./timeline.js";

const KEPT = "out:";

export class Outbox {
  #storage;
  #timeline;
  #line;
  #changed;
  #sending = false;

  /** `line()` gives the connection or null; `changed()` is called whenever a message's state is another. */
  constructor(storage, timeline, line, changed) {
    this.#storage = storage;
    this.#timeline = timeline;
    this.#line = line;
    this.#changed = changed;
  }

  /** Show again what an earlier page could not deliver. */
  restore() {
    const left = this.#storage.names(KEPT).map((name) => JSON.parse(this.#storage.get(name)));
    for (const one of left.sort((a, b) => a.at - b.at)) this.#timeline.add(one);
  }

  put(text, payload = null, files = []) {
    const one = { cid: newId(), text, payload, files, at: Date.now() };
    this.#storage.set(KEPT + one.cid, JSON.stringify(one));
    this.#timeline.add(one);
    this.flush();
  }

  /** Send what waits, oldest first. Stops at the first message that does not get through. */
  async flush() {
    this.#changed();
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (await this.#sendNext());
    } finally {
      this.#sending = false;
      this.#changed();
    }
  }

  /** Send a message again: the same one if it never arrived, a new one if it was refused. */
  retry(item) {
    if (waits(item)) {
      this.flush();
      return;
    }
    this.#timeline.drop(item);
    this.put(item.text, item.payload, item.files);
  }

  /** Take a message back, to be written anew. */
  take(item) {
    this.#storage.remove(KEPT + item.cid);
    this.#timeline.drop(item);
    this.#changed();
  }

  async #sendNext() {
    const line = this.#line();
    if (!line?.ready) {
      this.#park(line?.lost ? "kept" : "sending");
      return false;
    }
    const item = this.#timeline.waiting[0];
    if (!item) return false;
    this.#park("sending");
    this.#changed();
    try {
      const message = item.payload ?? item.text;
      return this.#settle(item, await line.send({ id: item.cid, message, files: item.files }));
    } catch {
      this.#park(line.ready ? "failed" : "kept");
      return false;
    }
  }

  #park(state) {
    for (const item of this.#timeline.waiting) item.state = state;
  }

  #settle(item, ack) {
    if (ack.code?.startsWith("session") && !item.askedAnew) {
      item.askedAnew = true;
      this.#line().requestSession();
      return false;
    }
    this.#storage.remove(KEPT + item.cid);
    if (ack.ok) this.#timeline.delivered(item.cid, ack);
    else this.#timeline.refused(item.cid, ack);
    this.#changed();
    return true;
  }
}

// crypto.randomUUID is missing on a page without https.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
