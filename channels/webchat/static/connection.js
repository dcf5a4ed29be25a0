// The line to the server: Rasa's event names over Socket.IO, our session and our replay.
const ACK_MS = 10_000;
const AGAIN_MS = 1_500;

/**
 * `heard` takes what arrives: line(state), session(id), history(messages), message(one), typing(on), largestFile(bytes).
 * `asked` gives what a session request tells: session(), after(), language().
 */
export class Connection {
  #socket;
  #heard;
  #asked;
  #ready = false;
  #lostNow = false;
  #again = null;

  constructor(io, address, heard, asked) {
    this.#heard = heard;
    this.#asked = asked;
    const server = new URL(address);
    this.#socket = io(server.origin, {
      path: `${server.pathname}socket.io/`,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
      autoConnect: false,
    });
    this.#listen();
    globalThis.addEventListener("online", () => this.open());
  }

  get ready() {
    return this.#ready;
  }

  /** Whether the line broke or could not be made; false while it is being made for the first time. */
  get lost() {
    return this.#lostNow;
  }

  open() {
    clearTimeout(this.#again);
    this.#again = null;
    if (!this.#socket.connected) this.#socket.connect();
  }

  /** Ask for the session, and for everything after the last message seen. */
  requestSession(after = this.#asked.after()) {
    this.#socket.emit("session_request", {
      session_id: this.#asked.session(),
      after,
      language: this.#asked.language(),
    });
  }

  /**
   * Send one message and return the server's acknowledgement.
   * Rejects when the line breaks or nothing comes back in 10 s; the same `id` may then be sent again.
   */
  send({ id, message, files = [] }) {
    return this.#socket.timeout(ACK_MS).emitWithAck("user_uttered", {
      id,
      message,
      ...(files.length > 0 && { attachments: files.map((file) => file.id) }),
      session_id: this.#asked.session(),
      metadata: { language: this.#asked.language() },
    });
  }

  /** The address of a file for a while, null when it may not be had. */
  async fileLink(id) {
    const given = { id, session_id: this.#asked.session() };
    const answer = await this.#socket.timeout(ACK_MS).emitWithAck("attachment_link", given).catch(() => ({}));
    return answer.ok ? answer.url : null;
  }

  /** One step of proving a number; answers {outcome, text}. */
  prove(step, typed) {
    const given = { step, typed, session_id: this.#asked.session(), language: this.#asked.language() };
    return this.#socket.timeout(2 * ACK_MS).emitWithAck("prove", given);
  }

  pinLanguage(language) {
    this.#socket.emit("language_set", { language, session_id: this.#asked.session() });
  }

  #listen() {
    const socket = this.#socket;
    socket.on("connect", () => this.requestSession());
    socket.on("disconnect", () => this.#lost());
    socket.on("connect_error", () => this.#lost());
    socket.on("session_confirm", (told) => {
      this.#ready = true;
      this.#lostNow = false;
      this.#heard.line("connected");
      this.#heard.session(typeof told === "string" ? told : told.session_id);
    });
    socket.on("history", ({ messages, more, largest_file }) => {
      if (largest_file) this.#heard.largestFile(largest_file);
      this.#heard.history(messages);
      if (more && messages.length > 0) this.requestSession(messages.at(-1).seq);
    });
    socket.on("bot_uttered", (told) => this.#heard.message(told));
    socket.on("user_echo", (told) => this.#heard.message({ sender: "citizen", ...told }));
    socket.on("typing", ({ on }) => this.#heard.typing(on));
  }

  #lost() {
    this.#ready = false;
    this.#lostNow = true;
    this.#heard.typing(false);
    this.#heard.line("reconnecting");
    // Socket.IO stops trying by itself after a refusal or a goodbye of the server; we do not.
    if (!this.#socket.active && this.#again === null) {
      this.#again = setTimeout(() => this.open(), AGAIN_MS * (1 + Math.random()));
    }
  }
}
