/* The frame: its fields and buttons, and what the page that embeds it says. */

import { before, sendBefore, toWrite } from "./before.js";
import { chat } from "./chat.js";
import { bubble, put, setStatus, toEnd } from "./drawing.js";
import { busy, listen, ready, showAttach, taken } from "./files.js";
import { kept } from "./kept.js";
import { poll, watch } from "./news.js";
import { failed, logo, named, open } from "./opening.js";
import { $, embedder, inside, known, lang, preview, say, tell } from "./page.js";
import { handOver, otherEmail, saveEmail, sendCopy } from "./person.js";
import { closePanel, openSource } from "./sources.js";
import { noHelp, starters } from "./starters.js";
import { askEnd, end, ending, goOn, sendSurvey } from "./survey.js";
import { pump, send } from "./talking.js";

const LONGEST = 4000;

function grow() {
  const field = $("text");
  field.style.height = "auto";
  field.style.height = Math.min(field.scrollHeight, 132) + "px";
  const n = field.value.trim().length;
  $("send").disabled = (n === 0 && !ready().length) || n > LONGEST || busy();
  $("count").hidden = n < 0.85 * LONGEST;
  $("count").className = n > LONGEST ? "bad" : "";
  $("count").textContent = say(n > LONGEST ? "tooLong" : "long", { n: n.toLocaleString(lang) });
}

function submit(event) {
  event.preventDefault();
  const text = $("text").value.trim();
  if ($("send").disabled) return;
  $("text").value = "";
  send(text, taken());
  grow();
}

function begin() {
  document.querySelectorAll("[data-text]").forEach((one) => { one.textContent = say(one.dataset.text); });
  document.querySelectorAll("[data-label]").forEach((one) => one.setAttribute("aria-label", say(one.dataset.label)));
  document.querySelectorAll("[data-placeholder]").forEach((one) => { one.placeholder = say(one.dataset.placeholder); });
  $("close").hidden = !inside;
  $("close").addEventListener("click", () => tell("close"));
  $("person").addEventListener("click", handOver);
  $("log").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.matches(".person")) handOver();
    if (button?.matches(".nohelp")) noHelp(button);
    if (button?.group) openSource(button.group, button);
  });
  $("email").addEventListener("submit", saveEmail);
  $("email").noValidate = $("copy").noValidate = true;
  $("copy").addEventListener("submit", sendCopy);
  $("other").addEventListener("click", otherEmail);
  $("back").addEventListener("click", closePanel);
  $("composer").addEventListener("submit", submit);
  $("text").addEventListener("input", grow);
  $("before").addEventListener("submit", sendBefore);
  $("survey").addEventListener("submit", sendSurvey);
  $("end").addEventListener("click", askEnd);
  $("endYes").addEventListener("click", end);
  $("endNo").addEventListener("click", goOn);
  listen();
  document.addEventListener("status", () => {
    showAttach();
    ending();
    if (chat.status !== "") document.querySelector(".starters")?.remove();
  });
  $("text").addEventListener("keydown", (event) => {
    // While a Japanese input method converts, Enter belongs to it.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    if (!$("ending").hidden) goOn();
    else if ($("panel").hidden) tell("close");
    else closePanel();
  });
  addEventListener("message", (event) => {
    if (event.origin !== embedder || event.source !== window.parent || !event.data) return;
    const { kizuna: what, jwt } = event.data;
    if (preview) { if (what === "preview") look(event.data); return; }
    if (what === "identify" || what === "logout") { named(what === "identify" ? String(jwt) : null); return; }
    if (what !== "shown" && what !== "hidden") return;
    chat.shown = what === "shown";
    if (!chat.started && kept.refused) kept.restore(event.data.kept);
    if (!chat.started && jwt) chat.jwt = String(jwt);
    start();
    if (chat.shown) { toEnd(); toWrite(); poll().catch(() => {}); }
  });
  addEventListener("online", () => pump());
  document.addEventListener("visibilitychange", () => {
    if (chat.started && document.visibilityState === "visible") { pump(); poll().catch(() => {}); }
  });
  grow();
  if (preview) return;
  if (inside && (kept.refused || known)) setTimeout(start, 5000); // the embedding page says what it knows
  else start();
}

/* What the console's page of the site shows: colours and texts that are not saved yet, and no conversation. */
function look({ look: told, scheme }) {
  document.body.inert = true;
  $("dark").media = scheme === "dark" ? "all" : "not all";
  document.documentElement.style.setProperty("color-scheme", scheme);
  ["--accent", "--on-accent", "--accent-ink", "--tint"].forEach((name, at) => {
    document.documentElement.style.setProperty(name, told[scheme][at]);
  });
  $("company").textContent = told.company;
  logo(told.logo);
  $("log").replaceChildren(put(bubble("assistant", told.greeting || say("hello", { company: told.company }))));
  setStatus("", true);
  if (told.forms) {
    chat.forms = told.forms;
    before(told.forms.before);
    starters(told.forms);
  } else put(bubble("you", "…"));
}

function start() {
  if (chat.started) return;
  chat.started = true;
  chat.token = kept.get("token");
  chat.outbox = kept.get("outbox") || [];
  open().catch(failed);
  watch();
}

begin();
