// The messages of a conversation, in order and without doubles. No page and no network in here.

/**
 * One shown message. `seq` is the server's number, null until it has one; `era` counts the sessions
 * (a new session begins again at 1); `state` is delivered | sending | kept | failed | refused.
 */
export class Timeline {
  #items = [];
  #era = 0;
  #contiguous = 0;
  #locals = 0;

  /** Everything to show, in order. */
  get items() {
    return this.#items.filter((item) => item.twin === null).sort(byPlace);
  }

  /** What has not reached the server yet, oldest first, whether it is shown or not. */
  get waiting() {
    return this.#items.filter(waits);
  }

  /** The highest number below which nothing is missing: what to ask the server to continue from. */
  get after() {
    return this.#contiguous;
  }

  knows(seq) {
    return this.#bySeq(seq) !== undefined;
  }

  /** A new session: what is there stays, the numbers begin again. */
  renew() {
    for (const item of this.#items) {
      if (item.seq === null && waits(item)) {
        item.era = this.#era + 1;
        item.twin = null;
      }
    }
    this.#era += 1;
    this.#contiguous = 0;
  }

  /** Take a message as the server tells it; telling it twice changes nothing. */
  merge(told) {
    const known = this.#bySeq(told.seq);
    const item = known ?? this.#refusedTwin(told) ?? this.#push({ sender: told.sender ?? "bot" });
    item.seq = told.seq ?? null;
    item.order = told.seq ?? this.#nextOrder(item);
    item.text = told.text ?? "";
    item.at = new Date(told.at ?? Date.now());
    item.state = told.state === "refused" ? "refused" : "delivered";
    item.choices = told.quick_replies ?? [];
    item.metadata = told.metadata ?? {};
    item.language = told.language ?? null;
    item.files = told.attachments ?? [];
    if (!known && item.sender === "citizen") this.#hideTwin(item);
    this.#advance();
    return item;
  }

  /** A message of the person, not yet at the server. `payload` is what a button sends for its title. */
  add({ cid, text, payload, at, files = [] }) {
    const item = this.#push({ sender: "citizen", cid, text, payload, files, at: new Date(at) });
    item.state = "sending";
    return item;
  }

  /** The server has it: take its number, time and (masked) text. */
  delivered(cid, ack) {
    const item = this.#byCid(cid);
    if (!item) return;
    if (this.#bySeq(ack.seq)) {
      this.#remove(item);
      return;
    }
    item.seq = ack.seq ?? null;
    item.order = ack.seq ?? this.#nextOrder(item);
    item.text = ack.text ?? item.text;
    item.files = ack.attachments ?? item.files;
    item.metadata = ack.metadata ?? item.metadata;
    item.at = ack.at ? new Date(ack.at) : item.at;
    item.state = "delivered";
    item.twin = null;
    this.#advance();
  }

  /** The server stored it and will not answer it; `reason` is its polite sentence. */
  refused(cid, ack) {
    const item = this.#byCid(cid);
    if (!item) return;
    item.order = this.#nextOrder(item);
    item.state = "refused";
    item.twin = null;
    item.reason = ack.text ?? null;
    item.code = ack.code ?? null;
  }

  /** Take a message of ours out again, to be edited or sent anew. */
  drop(item) {
    this.#remove(item);
  }

  #push(given) {
    this.#locals += 1;
    const item = {
      key: `m${this.#locals}`,
      era: this.#era,
      seq: null,
      order: Infinity,
      local: this.#locals,
      cid: null,
      payload: null,
      choices: [],
      files: [],
      metadata: {},
      language: null,
      reason: null,
      code: null,
      twin: null,
      ...given,
    };
    this.#items.push(item);
    return item;
  }

  #remove(item) {
    this.#items.splice(this.#items.indexOf(item), 1);
  }

  #byCid(cid) {
    return this.#items.find((item) => item.cid === cid && cid !== null);
  }

  #bySeq(seq) {
    if (seq === undefined || seq === null) return undefined;
    return this.#items.find((item) => item.seq === seq && item.era === this.#era);
  }

  // A refusal carries no number; the history that follows a reconnection tells the same message with one.
  #refusedTwin(told) {
    if (told.sender !== "citizen" || told.state !== "refused") return undefined;
    return this.#items.find(
      (item) => item.state === "refused" && item.seq === null && item.text === told.text,
    );
  }

  // The acknowledgement may have been lost on the way: until the repeat is acknowledged, show one of the two.
  #hideTwin(item) {
    const waiting = this.#items.find(
      (other) => other.seq === null && other.twin === null && waits(other) && other.text === item.text,
    );
    if (waiting) waiting.twin = item.seq;
  }

  #nextOrder(item) {
    const placed = this.#items.filter(
      (other) => other !== item && other.era === item.era && other.order !== Infinity,
    );
    return Math.max(0, ...placed.map((other) => other.order)) + 0.001;
  }

  #advance() {
    while (this.#bySeq(this.#contiguous + 1)) this.#contiguous += 1;
  }
}

/** Whether the person's message has not reached the server yet. */
export function waits(item) {
  return item.state === "sending" || item.state === "kept" || item.state === "failed";
}

function byPlace(one, other) {
  if (one.era !== other.era) return one.era - other.era;
  if (one.order !== other.order) return one.order < other.order ? -1 : 1;
  return one.local - other.local;
}
