/* Files: chosen, dropped or pasted, sent up one by one with their progress, and then sent with a message. */

import { ask } from "./calls.js";
import { chat } from "./chat.js";
import { atEnd, notice, toEnd } from "./drawing.js";
import { $, lang, make, say, site } from "./page.js";

const MOST = 5e6; // bytes, as the server has it
const A_MESSAGE = 3;
let held = []; // {name, id, line, request}

/* Whether files may be attached now: once a conversation has begun, where the site wants any. */
export function mayAttach() {
  return Boolean(chat.forms?.uploads) && chat.status !== "";
}

export function showAttach() {
  $("attach").hidden = !mayAttach();
}

export function busy() {
  return held.some((one) => one.request);
}

export function ready() {
  return held.filter((one) => one.id);
}

/* Hands over what is ready to the message that is sent now. */
export function taken() {
  const found = ready().map(({ id, name }) => ({ id, name }));
  held.filter((one) => one.id).forEach((one) => one.line.remove());
  held = held.filter((one) => !one.id);
  changed();
  return found;
}

export function add(files) {
  if (!mayAttach()) return;
  for (const file of files) {
    if (held.length >= A_MESSAGE) { notice(say("file_message", { n: A_MESSAGE })); break; }
    const one = { name: file.name || "image.png" };
    held.push(one);
    draw(one);
    if (file.size > MOST) failed(one, "file_large");
    else if (!file.size) failed(one, "file_empty");
    else up(one, file);
  }
  changed();
}

function draw(one) {
  one.line = make("li", "file");
  one.bar = make("progress");
  one.bar.max = 1;
  one.bar.value = 0;
  one.bar.setAttribute("aria-label", one.name);
  one.said = make("span", "unseen");
  one.said.setAttribute("role", "status");
  const away = make("button", "icon");
  away.type = "button";
  away.textContent = "×";
  away.setAttribute("aria-label", say("fileAway", { name: one.name }));
  away.addEventListener("click", () => remove(one));
  one.line.append(make("span", "fileName", one.name), one.bar, one.said, away);
  const follow = atEnd();
  $("files").append(one.line);
  if (follow) toEnd();
}

function up(one, file) {
  const request = one.request = new XMLHttpRequest();
  request.open("POST", "upload?" + new URLSearchParams({ name: one.name.slice(0, 300), lang }));
  request.setRequestHeader("Authorization", "Bearer " + chat.token);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  if (site) request.setRequestHeader("X-Kizuna-Site", site);
  request.upload.onprogress = (event) => { if (event.lengthComputable) one.bar.value = event.loaded / event.total; };
  request.onerror = () => failed(one, "down");
  request.onload = () => {
    let told = {};
    try { told = JSON.parse(request.responseText); } catch { /* a proxy's own words */ }
    if (request.status !== 200) return failed(one, request.status === 413 ? "file_large" : told.code);
    one.request = null;
    one.id = told.id;
    one.bar.replaceWith(make("span", "tick", "✓"));
    one.said.textContent = say("fileReady", { name: one.name });
    return changed();
  };
  request.send(file);
}

function failed(one, code) {
  const follow = atEnd();
  one.request = null;
  one.line.classList.add("bad");
  one.bar.remove();
  one.said.className = "why";
  one.said.textContent = say(String(code).startsWith("file_") ? code : code === "rate" ? "rateWait" : "down");
  if (follow) toEnd();
  changed();
}

function remove(one) {
  one.request?.abort();
  if (one.id) ask("drop", { id: one.id, lang }).catch(() => {});
  held = held.filter((other) => other !== one);
  one.line.remove();
  changed();
  $("text").focus();
}

function changed() {
  const follow = atEnd();
  $("files").hidden = !held.length;
  if (follow) toEnd();
  $("text").dispatchEvent(new Event("input"));
}

export function listen() {
  $("attach").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", () => { add($("file").files); $("file").value = ""; });
  $("text").addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length || !mayAttach()) return;
    event.preventDefault();
    add(event.clipboardData.files);
  });
  const drag = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // else the browser would open the file in place of the chat
    document.body.classList.toggle("dropping", event.type === "dragover" && mayAttach());
    if (event.type === "drop") add(event.dataTransfer.files);
  };
  for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, drag);
}
