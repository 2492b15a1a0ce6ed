/* The end of a chat: the visitor may end it, and says how it went, once it has ended. */

import { ask } from "./calls.js";
import { chat } from "./chat.js";
import { notice, setStatus, toEnd } from "./drawing.js";
import { $, lang, make, say } from "./page.js";

const MARKS = ["mark1", "mark2", "mark3", "mark4", "mark5"];
let asked = null;
let mine = false; // the visitor has ended it just now, and is led on to the survey

/* Called at each change of the status. */
export function ending() {
  const over = chat.status === "resolved";
  $("end").hidden = chat.status === "" || over;
  if (over && $("ending")) $("ending").hidden = true;
  if (!over) { asked = null; $("survey").hidden = true; }
  else if (!asked && chat.forms?.survey) load();
}

async function load() {
  asked = {};
  const open = chat.opened;
  const told = await ask("survey?lang=" + lang).then((answer) => answer.json()).catch(() => null);
  if (open !== chat.opened || chat.status !== "resolved" || !told?.open) return;
  asked = told;
  if (told.csat) thanks(told.csat);
  else draw();
  if (mine) $("survey").querySelector("input, button").focus();
  mine = false;
}

function draw() {
  const marks = make("fieldset", "marks");
  marks.append(make("legend", "", say("surveyAsk")), ...MARKS.map((name, at) => mark(name, at + 1)));
  const said = make("p", "bad");
  said.id = "surveySaid";
  said.setAttribute("role", "alert");
  const row = make("div", "row");
  row.append(make("button", "strong", say("surveySend")));
  $("survey").noValidate = true;
  $("survey").replaceChildren(
    marks, ...asked.questions.map((text, at) => entry("survey_" + at, text, 300, asked.answers[at])),
    entry("survey_comment", say("surveyComment"), 1000, asked.comment), said, row,
  );
  show();
}

function mark(name, n) {
  const box = make("input");
  box.type = "radio";
  box.name = "csat";
  box.value = n;
  box.checked = n === asked.csat;
  box.addEventListener("change", () => { $("surveySaid").textContent = ""; });
  const label = make("label", "mark");
  label.append(box, make("b", "", String(n)), make("span", "", say(name)));
  return label;
}

function entry(id, text, most, value) {
  const area = make("textarea");
  const label = make("label", "", text + say("optional"));
  area.id = label.htmlFor = id;
  area.rows = 2;
  area.maxLength = most;
  area.value = value || "";
  const line = make("div", "field");
  line.append(label, area);
  return line;
}

function show() {
  $("survey").hidden = false;
  toEnd();
}

function thanks(csat) {
  const change = make("button", "quiet", say("surveyChange"));
  change.type = "button";
  change.addEventListener("click", () => { draw(); $("survey").querySelector("input")?.focus(); });
  const said = make("p", "", say("surveyThanks", { mark: say(MARKS[csat - 1]) }));
  said.setAttribute("role", "status");
  $("survey").replaceChildren(said, change);
  show();
}

export async function sendSurvey(event) {
  event.preventDefault();
  const csat = Number($("survey").querySelector("input[name=csat]:checked")?.value);
  if (!csat) {
    $("surveySaid").textContent = say("surveyMark");
    $("survey").lastElementChild.scrollIntoView({ block: "nearest" });
    $("survey").querySelector("input").focus();
    return;
  }
  const answers = asked.questions.map((_, at) => $("survey_" + at).value.trim());
  const comment = $("survey_comment").value.trim();
  try {
    await ask("survey", { csat, answers, comment, lang });
    asked = { ...asked, csat, answers, comment };
    thanks(csat);
    $("survey").querySelector("button").focus();
  } catch (error) {
    $("surveySaid").textContent = say(error.code === "closed" ? "surveyClosed" : error.code === "rate" ? "rateWait" : "down");
  }
}

/* Ending asks back once: it may have been pressed by mistake. */
export function askEnd() {
  $("ending").hidden = false;
  toEnd();
  $("endYes").focus();
}

export function goOn() {
  $("ending").hidden = true;
  $("end").focus();
}

export async function end() {
  $("ending").hidden = true;
  try {
    const told = await (await ask("end", { lang })).json();
    chat.stop?.abort();
    mine = true;
    $("text").focus();
    setStatus(told.status);
  } catch (error) {
    notice(say(error.code === "rate" ? "rateWait" : "down"));
  }
}
