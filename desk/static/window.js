// WhatsApp's window, counted down: amber in its last hours, and the page anew when it closes.
const AMBER_H = 4;
const HOUR_MS = 3_600_000;
const timer = document.querySelector("[data-until]");
const count = () => {
  const left = Date.parse(timer.dataset.until) - Date.now();
  if (left <= 0) {
    window.location.reload(); // what was typed is kept as a draft
    return;
  }
  const minutes = Math.ceil(left / 60_000);
  timer.querySelector("[data-left]").textContent =
    `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  timer.classList.toggle("soon", left < AMBER_H * HOUR_MS);
  timer.querySelector(".ticks").classList.toggle("ok", left >= AMBER_H * HOUR_MS);
  for (const [n, tick] of [...timer.querySelectorAll(".ticks i")].entries()) {
    tick.classList.toggle("on", n < left / HOUR_MS);
  }
  setTimeout(count, Math.min(left, 15_000));
};
if (timer) count();
