/* Handing over to a person, and the address to which they write when the visitor is gone. */

import { ask } from "./calls.js";
import { toBefore } from "./before.js";
import { chat } from "./chat.js";
import { notice, put, setStatus, toEnd } from "./drawing.js";
import { kept } from "./kept.js";
import { $, lang, make, say } from "./page.js";
import { poll } from "./news.js";
import { change, tellWaiting } from "./waiting.js";

export async function handOver() {
  if (chat.asking) { toBefore(); return; }
  chat.wanted = !chat.token;
  if (chat.wanted) return; // once it is open
  $("text").focus(); // the button goes away
  document.querySelectorAll(".person, #person").forEach((button) => { button.disabled = true; });
  const mine = chat.opened;
  try {
    const told = await (await ask("person", { lang })).json();
    if (mine !== chat.opened) return;
    chat.stop?.abort();
    kept.set("talked", true);
    setStatus(told.status);
    tellWaiting(told.waiting);
    await poll();
    toEnd();
  } catch (error) {
    notice(error.code === "rate" ? say("rate", { seconds: error.wait }) : say("down"));
  } finally {
    document.querySelectorAll(".person, #person").forEach((button) => { button.disabled = false; });
  }
}

export async function saveEmail(event) {
  event.preventDefault();
  const email = $("address").value.trim();
  if (!email || !$("address").checkValidity()) {
    $("emailSaid").textContent = say("emailBad");
    $("address").focus();
    return;
  }
  try {
    const told = await (await ask("person", { lang, email })).json();
    $("address").value = $("emailSaid").textContent = "";
    put(make("p", "side", say(told.waiting?.mail && told.waiting.there ? "emailMail" : "emailSaved", { email })), true);
    setStatus(told.status);
    chat.waiting = told.waiting;
    change(false);
    $("text").focus();
  } catch (error) {
    $("emailSaid").textContent = error.code === "email" ? say("emailBad") : say("down");
  }
}

/* Another address than the one that was left. */
export function otherEmail() {
  change(true);
  $("address").focus();
}

/* The conversation by e-mail, at its end. */
export async function sendCopy(event) {
  event.preventDefault();
  const email = $("copyTo").value.trim();
  if (!email || !$("copyTo").checkValidity()) {
    $("copySaid").textContent = say("emailBad");
    $("copyTo").focus();
    return;
  }
  try {
    await ask("transcript", { lang, email });
    $("copyTo").value = "";
    $("copySaid").textContent = say("copySent", { email });
  } catch (error) {
    $("copySaid").textContent = say({ email: "emailBad", bad: "copySoon" }[error.code] || "down");
  }
}
