// A person shows that a WhatsApp number is theirs: the number, then the code that came there.
import { el, put } from "./dom.js";

/** `deeds.prove(step, typed)` asks the server: {outcome, text}; step is "begin" or "check". */
export function proofCard(words, deeds) {
  const told = el("p", { class: "sm", role: "status", dir: "auto" });
  const number = step("proof_number", { type: "tel", autocomplete: "tel", dir: "ltr", maxlength: "30" }, "proof_send");
  const code = step(
    "proof_code",
    { type: "text", inputmode: "numeric", autocomplete: "one-time-code", dir: "ltr", maxlength: "12" },
    "proof_confirm",
  );
  code.form.hidden = true;
  number.form.addEventListener("submit", async (event) => {
    const answer = await asked(event, number, "begin");
    if (answer?.outcome !== "sent") return;
    code.form.hidden = false;
    code.field.focus();
  });
  code.form.addEventListener("submit", async (event) => {
    const answer = await asked(event, code, "check");
    if (answer?.outcome === "proved") {
      number.form.hidden = true;
      code.form.hidden = true;
    } else if (answer?.outcome === "spent") {
      code.form.hidden = true;
      number.field.focus();
    }
  });
  return el("div", { class: "plate proof" }, el("p", { class: "b" }, words.say("proof_title")), number.form, code.form, told);

  function step(label, given, action) {
    const field = el("input", { class: "inp", ...given });
    const button = el("button", { type: "submit", class: "btn pri" }, words.say(action));
    const form = el("form", { novalidate: true }, el("label", {}, el("span", { class: "sm" }, words.say(label)), field), button);
    return { form, field, button };
  }

  async function asked(event, { field, button }, name) {
    event.preventDefault();
    if (field.value.trim() === "") {
      field.focus();
      return null;
    }
    put(button, "disabled", true);
    const answer = await deeds.prove(name, field.value).catch(() => null);
    put(button, "disabled", null);
    if (name === "check") field.value = "";
    told.textContent = answer?.text ?? words.say("not_delivered");
    return answer;
  }
}
