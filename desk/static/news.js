// What calls for an agent, on whatever page of the desk is open: alerts, and notes that name them.
const EVERY_MS = 20_000;
const EVERY_ON_INBOX_MS = 300_000; // where events tell at once
const TOLD = "told-mentions";
const rail = document.getElementById("rail-alerts");
const named = document.getElementById("mentions");
const onInbox = document.getElementById("queue") !== null; // the inbox tells of alerts itself
const title = document.title;
let called = 0;

const notify = (words, tag) => {
  if (document.hidden && window.Notification?.permission === "granted") new Notification(words, { tag });
};

const showCount = (count) => {
  rail.hidden = count === 0;
  rail.textContent = count;
};
const showAlerts = (count, words) => {
  if (onInbox) return;
  showCount(count);
  document.title = count ? `(${count}) ${title}` : title;
  if (count > called) notify(words, "baddala-alerts");
  called = count;
};

const dismissed = new Set();
const showMentions = (mentions) => {
  const told = new Set(JSON.parse(sessionStorage.getItem(TOLD) ?? "[]"));
  const shown = mentions.filter((one) => !dismissed.has(one.id) && !document.getElementById(`note-${one.id}`));
  named.replaceChildren(
    ...shown.map((one) => {
      const toast = document.createElement("div");
      toast.className = "toast";
      const link = document.createElement("a");
      link.href = one.address;
      link.textContent = one.words;
      const leave = document.createElement("button");
      leave.type = "button";
      leave.className = "btn tiny";
      leave.textContent = "×";
      leave.setAttribute("aria-label", named.dataset.leave);
      leave.addEventListener("click", () => {
        dismissed.add(one.id);
        toast.remove();
      });
      toast.append(link, leave);
      if (!told.has(one.id)) notify(one.words, one.id);
      told.add(one.id);
      return toast;
    }),
  );
  sessionStorage.setItem(TOLD, JSON.stringify([...told].slice(-100)));
};

const ask = async () => {
  try {
    const answer = await fetch("/desk/news", { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { alerts, words, mentions } = await answer.json();
    showAlerts(alerts, words);
    showMentions(mentions);
  } catch {
    // asked again in a moment
  }
};
if (rail && named) {
  ask();
  setInterval(ask, onInbox ? EVERY_ON_INBOX_MS : EVERY_MS);
  document.addEventListener("news", ask);
  if (onInbox) {
    showCount(Number(document.getElementById("alerts")?.dataset.count ?? 0));
    document.addEventListener("alerts", (event) => showCount(event.detail));
  }
  document.addEventListener("visibilitychange", () => document.hidden || ask());
}
