/* What was said, as elements of the log; the line that tells who has the word; the notice above the composer. */

import { chat } from "./chat.js";
import { kept } from "./kept.js";
import { $, lang, leave, make, say, tell } from "./page.js";
import { noHelpButton } from "./starters.js";

export function atEnd() {
  const main = document.querySelector("main");
  return main.scrollHeight - main.scrollTop - main.clientHeight < 80;
}

export function toEnd() {
  const main = document.querySelector("main");
  main.scrollTop = chat.asking ? 0 : main.scrollHeight; // a form before the chat is read from its beginning
}

export function put(element, follow = atEnd()) {
  $("log").append(element);
  if (follow) toEnd();
  return element;
}

export function bubble(who, text, name) {
  const turn = make("div", "turn " + who);
  if (name) turn.append(make("p", "name", name));
  else turn.append(make("span", "unseen", say(who === "you" ? "you" : "assistant")));
  turn.words = make("div", "words");
  turn.below = make("div", "below");
  turn.append(turn.words, turn.below);
  write(turn, text);
  return turn;
}

export function write(turn, text) {
  const numbered = turn.classList.contains("assistant");
  turn.words.replaceChildren(...text.trim().split(numbered ? /( ?\[\d+\])/ : /$^/).map((part) => {
    const number = numbered && /^ ?\[(\d+)\]$/.exec(part);
    return number ? make("sup", "", number[1]) : document.createTextNode(part);
  }));
}

function personButton(kind) {
  const button = make("button", kind + " person", say("person"));
  button.type = "button";
  return button;
}

/* Names of what came with a message: text, never a link, for what is in it is for the team alone. */
export function filed(turn, names) {
  turn.querySelector(".sent")?.remove();
  if (!names.length) return turn;
  const list = make("ul", "sent");
  list.append(...names.map((name) => make("li", "", "✓ " + name)));
  turn.words.after(list);
  return turn;
}

/* A message of this page that is not taken yet. */
export function mine(item) {
  return filed(bubble("you", item.text || say("fileSent")), (item.files || []).map((one) => one.name));
}

export function finish(turn, answer) {
  write(turn, answer.text);
  const groups = new Map();
  for (const one of answer.sources) {
    const key = one.kind + ":" + one.id;
    groups.set(key, [...(groups.get(key) || []), one]);
  }
  const chips = [...groups.values()].map((group) => {
    const chip = make("button", "chip", group.map((one) => one.n).join(", ") + "  " + group[0].title);
    chip.type = "button";
    chip.title = say("source", { title: group[0].title });
    chip.group = group; // sources.js opens it
    return chip;
  });
  turn.below.replaceChildren(
    ...chips, personButton(answer.answered ? "quiet" : "strong"), ...(answer.sources.length ? [noHelpButton(answer.seq)] : []),
  );
}

export function wait() {
  const turn = bubble("assistant", "");
  const dots = make("span", "waiting");
  dots.append(make("i"), make("i"), make("i"));
  turn.words.replaceChildren(dots, make("span", "unseen", say("thinking")));
  return turn;
}

export function under(turn, text, bad, action) {
  turn.querySelector(".small")?.remove();
  if (!text) return;
  const line = make("p", "small" + (bad ? " bad" : ""), text);
  if (action) {
    const button = make("button", "", say("again"));
    button.type = "button";
    button.addEventListener("click", () => { leave(button); action(); });
    line.append(button);
  }
  turn.append(line);
}

export function draw(turn) {
  if (chat.seen.has(turn.seq)) return;
  if (turn.who === "you" && chat.bubbles.has(turn.id)) {
    chat.seen.set(turn.seq, chat.bubbles.get(turn.id));
    return;
  }
  let element;
  if (turn.who === "handoff" || turn.who === "back") element = make("p", "side", say(turn.who === "back" ? "botAgain" : "handoff"));
  else if (turn.who === "agent") element = bubble("agent", turn.text, turn.name || say("agent"));
  else element = filed(bubble(turn.who, turn.text), turn.files || []);
  if (turn.who === "assistant") finish(element, turn);
  if (turn.who === "agent") chat.agent = turn.name || say("agent");
  if (turn.who === "handoff" || turn.who === "back") chat.agent = "";
  if (turn.at && element.words) element.words.title = new Date(turn.at).toLocaleString(lang);
  chat.seen.set(turn.seq, put(element));
}

export function notice(text, action, label = "fresh") {
  const place = $("notice");
  place.hidden = !text;
  place.textContent = text || "";
  if (action) {
    const button = make("button", "quiet", say(label));
    button.type = "button";
    button.addEventListener("click", () => { leave(button); action(); });
    place.append(" ", button);
  }
}

/* Who has the word: `status` is that of the conversation, "" before its first message. */
export function setStatus(status, first) {
  const before = chat.status;
  if (!first && status === "open" && (before === "" || before === "pending")) tell("handoff");
  chat.status = status;
  const mine = status === "" || status === "pending";
  if (status === "resolved" && before !== "resolved") put(make("p", "side", say("resolved")));
  headline();
  document.querySelectorAll(".person, #person, .nohelp").forEach((button) => { button.hidden = !mine; });
  $("copy").hidden = !(chat.transcript && status === "resolved");
  document.dispatchEvent(new Event("status"));
}

/* Who has the word, in the head. */
export function headline() {
  const away = chat.waiting && !chat.waiting.there;
  const said = chat.status === "" || chat.status === "pending" ? say("bot") : chat.status === "resolved" ? say("closed")
    : chat.agent ? say("withAgent", { name: chat.agent }) : say(away ? "awayShort" : "waiting");
  if ($("status").textContent !== said) $("status").textContent = said;
}
