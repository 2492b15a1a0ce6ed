/* The site's form before the chat: asked once, before the first message. */

import { ask } from "./calls.js";
import { chat } from "./chat.js";
import { toEnd } from "./drawing.js";
import { $, inside, lang, make, preview, say } from "./page.js";
import { starters } from "./starters.js";
import { pump } from "./talking.js";

const PERSONAL = ["name", "email"];
let asks = null;

/* `told` is what the server wants to know of this visitor, null where it is nothing (any more). */
export function before(told) {
  asks = told;
  chat.asking = Boolean(told);
  document.body.classList.toggle("asking", chat.asking);
  $("before").hidden = !told;
  if (!told) return;
  const skip = make("button", "quiet", say("skip"));
  skip.type = "button";
  skip.hidden = told.fields.some((one) => one.required);
  skip.addEventListener("click", () => give({}, false));
  const row = make("div", "row");
  row.append(make("button", "strong", say("begin")), skip);
  const said = make("p", "bad");
  said.id = "beforeSaid";
  said.setAttribute("role", "alert");
  $("before").noValidate = true;
  $("before").replaceChildren(
    make("p", "lead", say("beforeLead")), ...told.fields.map(field), ...(told.consent ? [consent(told.consent)] : []), said, row,
  );
  if (inside && chat.shown && !preview) toBefore(); // the field that had the focus is not there
}

function field(one) {
  const tag = one.kind === "topic" ? "select" : one.kind === "text" ? "textarea" : "input";
  const entry = make(tag);
  const label = make("label", "", one.label + (one.required ? "" : say("optional")));
  entry.id = label.htmlFor = "before_" + one.kind;
  entry.required = one.required;
  if (tag === "select") entry.append(...["", ...one.choices].map((text) => new Option(text)));
  else entry.maxLength = one.most;
  if (tag === "textarea") entry.rows = 3;
  if (PERSONAL.includes(one.kind)) entry.autocomplete = entry.type = one.kind === "name" ? "name" : "email";
  if (one.kind === "name") entry.type = "text";
  const line = make("div", "field");
  line.append(label, entry);
  return line;
}

function consent(text) {
  const box = make("input");
  box.type = "checkbox";
  box.id = "before_consent";
  const label = make("label", "consent");
  label.append(box, make("span", "", text));
  return label;
}

export function sendBefore(event) {
  event.preventDefault();
  const told = {};
  for (const one of asks.fields) {
    const entry = $("before_" + one.kind);
    entry.removeAttribute("aria-invalid");
    told[one.kind] = entry.value.trim();
    if (one.required && !told[one.kind]) return wrong(entry, say("lacks", { label: one.label }));
    if (one.kind === "email" && told.email && !entry.checkValidity()) return wrong(entry, say("emailBad"));
  }
  const box = $("before_consent");
  if (box && !box.checked && PERSONAL.some((kind) => told[kind])) return wrong(box, say("consentFirst"));
  return give(told, Boolean(box?.checked));
}

function wrong(entry, text) {
  entry.setAttribute("aria-invalid", "true");
  entry.setAttribute("aria-describedby", "beforeSaid");
  $("beforeSaid").textContent = text;
  $("before").lastElementChild.scrollIntoView({ block: "nearest" });
  entry.focus();
}

async function give(told, agreed) {
  $("beforeSaid").textContent = "";
  try {
    await ask("before", { told, consent: agreed, lang });
  } catch (error) {
    $("beforeSaid").textContent = error.code === "email" ? say("emailBad") : error.code === "rate" ? say("rateWait") : say("down");
    return;
  }
  before(null);
  starters(chat.forms);
  toEnd();
  $("text").focus();
  pump();
}

/* To where the visitor writes now. */
export function toWrite() {
  if (chat.asking) toBefore();
  else $("text").focus();
}

/* Whoever wants a person or has a message to go out has to fill it in first, where it is required. */
export function toBefore() {
  $("before").querySelector("input, select, textarea")?.focus();
}
