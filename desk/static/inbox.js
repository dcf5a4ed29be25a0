import { pressed } from "./keys.js";

// The inbox as it lives: follows events, keeps drafts, calls for attention until somebody comes.
const main = document.getElementById("main");
const opened = main.dataset.opened;
const htmx = window.htmx;
// not all screens at once, and soon even while one event follows the other
const QUEUE_LEAST_MS = 300;
const QUEUE_SPREAD_MS = 700;
const CALL_AGAIN_MS = 20_000;
const LOOK_AGAIN_MS = 12_000;

// ---- a refused move answers with the page itself: a reload must ask for it, not move again
if (opened && !window.location.pathname.endsWith(opened)) {
  history.replaceState(null, "", `/desk/inbox/${opened}`);
}

// ---- panes on a phone
for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => {
    main.dataset.pane = button.dataset.show;
    for (const one of document.querySelectorAll("[data-show]")) {
      one.toggleAttribute("aria-current", one === button);
    }
  });
}

// ---- the transcript stays at its end unless somebody reads further up
const log = document.getElementById("log");
const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
const toEnd = () => {
  log.scrollTop = log.scrollHeight;
};
if (log) toEnd();

// ---- what changed is asked for, never assumed
let queueAsked;
const refreshQueue = () => {
  queueAsked ??= setTimeout(
    () => {
      queueAsked = undefined;
      const address = `/desk/inbox/queue?queue=${main.dataset.queue}&opened=${opened}`;
      htmx.ajax("GET", address, { source: "#queue", target: "#queue", swap: "innerHTML" });
    },
    QUEUE_LEAST_MS + Math.random() * QUEUE_SPREAD_MS,
  );
};

// ---- who is writing is told when the person has said something more meanwhile
const theirNewest = () => [...log.querySelectorAll(".msg:not(.out):not(.memo)")].pop()?.id;
const warnWhoWrites = () => {
  const newer = document.getElementById("newer");
  const writing = document.getElementById("reply")?.value.trim();
  if (newer && writing) newer.textContent = document.getElementById("reply-form").dataset.newer;
};

let liveAsked;
let suggestedFor = document.getElementById("seen")?.value;
const refreshConversation = () => {
  clearTimeout(liveAsked);
  liveAsked = setTimeout(() => {
    // a source of its own: what is asked for while another answer is on its way waits for it
    htmx.ajax("GET", `/desk/inbox/${opened}/live`, { source: "#log", target: "#log", swap: "innerHTML" });
  }, 100);
};
let kept = {};
log?.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target !== log) return;
  kept = { stay: atEnd(), theirs: theirNewest(), held: document.activeElement?.id };
});
log?.addEventListener("htmx:afterSettle", (event) => {
  if (event.target !== log) return;
  if (kept.stay) toEnd();
  const seen = document.getElementById("seen")?.value;
  if (seen !== suggestedFor) document.getElementById("suggested")?.dispatchEvent(new Event("heard"));
  suggestedFor = seen;
  if (theirNewest() !== kept.theirs) warnWhoWrites();
  if (kept.held) document.getElementById(kept.held)?.focus();
});

document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  // a form that somebody is filling in is not taken from under their hands
  if (event.detail.target.querySelector("details[open]")) event.preventDefault();
});
// what another may do here needs another page: nothing of it is shown before that page is there
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const mode = event.detail.xhr?.getResponseHeader("X-Mode");
  if (!mode || mode === main.dataset.mode) return;
  event.preventDefault();
  window.location.reload();
});

let follow = new EventSource(`/desk/events?after=${main.dataset.cursor}`);
const heard = (event) => {
  const told = JSON.parse(event.data);
  if (told.reload) window.location.reload();
  // closed conversations show their last message, whatever became of it
  if (told.lists || (main.dataset.queue === "closed" && told.conversations.length)) refreshQueue();
  if (told.named) document.dispatchEvent(new Event("news"));
  if (opened && told.conversations.includes(opened)) refreshConversation();
};
follow.addEventListener("message", heard);
follow.addEventListener("error", () => {
  if (follow.readyState === EventSource.CLOSED) setTimeout(() => window.location.reload(), 5_000);
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    refreshQueue();
    if (opened) refreshConversation();
  }
});

// ---- calling for attention: on the page, in the title, by sound, by the system
const title = document.title;
let sound;
let called = 0;
const beep = () => {
  try {
    sound ??= new AudioContext();
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.frequency.value = 880;
    volume.gain.setValueAtTime(0.15, sound.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 0.5);
    tone.connect(volume).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.5);
  } catch {
    // a browser without sound still shows the alert
  }
};
const callForAttention = () => {
  const alerts = document.getElementById("alerts");
  const count = Number(alerts?.dataset.count ?? 0);
  document.title = count ? `(${count}) ${title}` : title;
  if (count > called) {
    beep();
    if (document.hidden && window.Notification?.permission === "granted") {
      new Notification(alerts.dataset.words, { tag: "baddala-alerts" });
    }
  }
  called = count;
  document.dispatchEvent(new CustomEvent("alerts", { detail: count }));
  const allow = document.getElementById("allow-alerts");
  if (allow && window.Notification?.permission === "default") {
    allow.hidden = false;
    allow.onclick = () => Notification.requestPermission().then(() => (allow.hidden = true));
  }
};
callForAttention();
document.getElementById("queue").addEventListener("htmx:afterSettle", callForAttention);
setInterval(() => {
  if (called) {
    called = 0;
    callForAttention();
  }
}, CALL_AGAIN_MS);

// ---- the composer
const form = document.getElementById("reply-form");
if (form) {
  const field = document.getElementById("reply");
  const draft = `draft:${form.dataset.draft}`;
  const line = document.getElementById("line");
  line.value = crypto.randomUUID();
  field.value = localStorage.getItem(draft) ?? "";
  field.addEventListener("input", () => {
    localStorage.setItem(draft, field.value);
    narrow();
  });
  // ---- ready replies: pressed, or found by "/" and the beginning of the short name
  const replies = [...document.querySelectorAll("[data-short]")];
  const looked = () => /^\s*\/([\p{L}\p{M}\p{N}_-]*)$/u.exec(field.value)?.[1].toLowerCase();
  const narrow = () => {
    const name = looked();
    for (const chip of replies) {
      chip.hidden = name !== undefined && !chip.dataset.short.toLowerCase().startsWith(name);
    }
  };
  const insert = (chip) => {
    const before = looked() === undefined && field.value.trim() ? `${field.value.trimEnd()}\n` : "";
    field.value = before + chip.dataset.insert;
    localStorage.setItem(draft, field.value);
    narrow();
    field.focus();
  };
  form.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-insert]");
    if (chip) insert(chip);
  });
  // ---- files: picked, pasted or dropped; each is taken in and checked before it can be sent
  const chosen = document.getElementById("files");
  const told = document.getElementById("told");
  const picker = document.getElementById("pick-file");
  let uploading = Promise.resolve();
  let underWay = 0;
  // who presses "send" while a file is on its way means the file too
  form.addEventListener(
    "submit",
    (event) => {
      if (!underWay) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      uploading.then((taken) => taken && form.requestSubmit());
    },
    true,
  );
  const put = async (file) => {
    const chip = document.createElement("span");
    chip.className = "chip chosen";
    chip.textContent = `${file.name} · ${form.dataset.uploading}`;
    chosen.append(chip);
    let taken = false;
    const body = new FormData();
    body.append("file", file, file.name);
    try {
      const answer = await fetch(form.dataset.files, {
        method: "POST",
        body,
        headers: { "X-CSRF-Token": document.body.dataset.csrf },
      });
      const html = await answer.text();
      if (answer.ok) {
        chip.insertAdjacentHTML("beforebegin", html);
        htmx.process(chosen);
        told.replaceChildren();
        taken = true;
      } else if (answer.status === 409 || answer.status === 422) {
        told.innerHTML = html;
      } else throw new Error(answer.status);
    } catch {
      document.body.dispatchEvent(new CustomEvent("htmx:sendError"));
    }
    chip.remove();
    return taken;
  };
  const putAll = async (files) => {
    underWay += 1;
    uploading = (async () => {
      let all = true;
      for (const file of files) all = (await put(file)) && all;
      underWay -= 1;
      return all;
    })();
    await uploading;
    field.focus();
  };
  document.getElementById("attach").addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => putAll([...picker.files]).then(() => (picker.value = "")));
  field.addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    putAll([...event.clipboardData.files]);
  });
  const area = form.closest(".conv");
  area.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    area.classList.add("dropping");
  });
  area.addEventListener("dragleave", () => area.classList.remove("dropping"));
  area.addEventListener("drop", (event) => {
    area.classList.remove("dropping");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    putAll([...event.dataTransfer.files]);
  });
  chosen.addEventListener("click", (event) => {
    event.target.closest("[data-drop-file]")?.closest(".chosen").remove();
    field.focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && looked() && !event.isComposing) {
      const chip = replies.find((one) => !one.hidden);
      if (chip) {
        event.preventDefault();
        insert(chip);
        return;
      }
    }
    // a "/" for keyboards that have none at hand
    if (event.code === "Slash" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      field.setRangeText("/", field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input"));
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("said", () => {
    field.value = "";
    document.getElementById("newer").textContent = "";
    chosen.replaceChildren();
    localStorage.removeItem(draft);
    line.value = crypto.randomUUID();
    refreshConversation();
    setTimeout(() => document.getElementById("undo")?.remove(), 3_500);
  });
  document.body.addEventListener("submit", (event) => {
    const text = event.target.dataset?.undo;
    if (text && !field.value) {
      field.value = text;
      localStorage.setItem(draft, text);
      setTimeout(refreshConversation, 300);
    }
  });
}
document.getElementById("understood")?.addEventListener("click", (event) => {
  const hide = event.target.closest("[data-empty]");
  if (hide) document.getElementById(hide.dataset.empty).replaceChildren();
});
document.getElementById("note-form")?.addEventListener("said", (event) => {
  event.target.reset();
  refreshConversation();
});

// ---- who looks, who types
if (opened) {
  const look = (typing) => {
    const body = new URLSearchParams(typing ? { typing: "yes" } : {});
    fetch(`/desk/inbox/${opened}/look`, {
      method: "POST",
      body,
      headers: { "X-CSRF-Token": document.body.dataset.csrf },
    }).catch(() => {});
  };
  let typed = 0;
  document.getElementById("reply")?.addEventListener("input", () => {
    if (Date.now() - typed > 3_000) {
      typed = Date.now();
      look(true);
    }
  });
  look(false);
  setInterval(() => document.hidden || look(Date.now() - typed < LOOK_AGAIN_MS), LOOK_AGAIN_MS);
}

// ---- keyboard: j and k walk through the queue, c claims, r replies, n notes
document.addEventListener("keydown", (event) => {
  const key = pressed(event);
  const links = [...document.querySelectorAll("#queue .q a.nm")];
  const at = links.indexOf(document.activeElement);
  if (key === "j") links[Math.min(at + 1, links.length - 1)]?.focus();
  if (key === "k") links[Math.max(at - 1, 0)]?.focus();
  if (key === "c") document.querySelector("#bar form[action$='/claim'] button")?.click();
  if (key === "r") {
    event.preventDefault();
    document.getElementById("reply")?.focus();
  }
  if (key === "n") {
    event.preventDefault();
    document.querySelector(".notes")?.setAttribute("open", "");
    document.querySelector("#note-form textarea")?.focus();
  }
});
