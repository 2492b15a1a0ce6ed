/* The panel beside the conversation: a source with its quotes marked, or earlier conversations. */

import { ask } from "./calls.js";
import { bubble } from "./drawing.js";
import { $, lang, make, say } from "./page.js";

let opener = null;

/* While it is open, nothing behind it can be reached. */
function openPanel(title, button) {
  opener = button;
  $("title").textContent = title;
  $("article").replaceChildren();
  $("panel").hidden = false;
  behind().forEach((one) => { one.inert = true; });
  $("back").focus();
}

function behind() {
  return document.querySelectorAll("body > :not(#panel)");
}

export async function openSource(group, chip) {
  const at = group.map((one) => "&at=" + one.start + "-" + one.end).join("");
  openPanel(group[0].title, chip);
  try {
    const told = await (await ask("source?id=" + encodeURIComponent(group[0].id) + at)).json();
    $("title").textContent = told.title;
    $("article").lang = told.lang || lang;
    $("article").replaceChildren(...told.blocks.map(block));
    if (told.updated) $("article").prepend(make("p", "date", say("updated", { date: told.updated })));
    if (told.page) $("article").append(pageLink(told.page, group[0].id));
    $("article").querySelector("mark")?.scrollIntoView({ block: "center" });
  } catch (error) {
    $("article").replaceChildren(make("p", "text", say(error.code === "gone" ? "gone" : "down")));
  }
}

export function pastButton() {
  const button = make("button", "quiet past", say("past"));
  button.type = "button";
  button.addEventListener("click", () => openPast(button));
  return button;
}

async function openPast(button) {
  openPanel(say("past"), button);
  try {
    const told = await (await ask("history")).json();
    $("article").replaceChildren(...told.conversations.flatMap((one) => [
      make("p", "heading", new Date(one.at).toLocaleString(lang)),
      ...one.turns.map((turn) => bubble(turn.who, turn.text, turn.who === "agent" ? turn.name || say("agent") : "")),
    ]));
  } catch (error) {
    $("article").replaceChildren(make("p", "text", say("down")));
  }
}

function block(one) {
  const line = make("p", one.kind);
  line.append(...one.runs.map(([text, quoted]) => (quoted ? make("mark", "", text) : document.createTextNode(text))));
  return line;
}

/* Beside the chat, not in its place: the conversation goes on here. */
function pageLink(path, id) {
  const link = make("a", "page", say("page"));
  link.href = path;
  link.target = "_blank";
  link.rel = "noopener";
  link.addEventListener("click", () => ask("clicked", { id, lang }).catch(() => {})); // counted, whoever it was
  return link;
}

export function closePanel() {
  if ($("panel").hidden) return;
  $("panel").hidden = true;
  behind().forEach((one) => { one.inert = false; });
  (opener?.isConnected ? opener : $("text")).focus();
}
