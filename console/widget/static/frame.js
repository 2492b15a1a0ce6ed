/* The chat inside the frame. Everything that people or sources wrote goes into the page as text, never as markup. */
"use strict";

const WORDS = {
  en: {
    hello: "Hello! I am the automatic assistant of {company}. I answer from our help pages and say so when I do not know. You can ask for a person at any time.",
    person: "Talk to a person", close: "Close the chat", send: "Send", back: "Back to the chat", log: "Conversation",
    write: "Write a message", hint: "Please do not write card numbers or passwords.",
    bot: "Automatic assistant", waiting: "Waiting for a person", withAgent: "You are talking to {name}", closed: "This conversation is closed",
    handoff: "You are handed over to our team. They see this whole conversation and answer right here; you can go on writing. The assistant stays quiet now.",
    resolved: "Our team has closed this conversation. If something is still open, just write again: that reopens it.",
    you: "You:", assistant: "Assistant:", agent: "Team", thinking: "The assistant is looking for an answer",
    masked: "Personal details are hidden before we keep your message.",
    emailAsk: "Where may we write if you close this page? (optional)", emailSave: "Save", emailSaved: "Thank you. We will write to {email} if you are gone.",
    emailBad: "This does not look like an e-mail address. Check it.",
    lost: "Not sent.", again: "Try again", offline: "The connection is interrupted. I keep trying.",
    rate: "That was very fast. Your message goes out in {seconds} s.", long: "{n} of 4,000 characters", tooLong: "The message is too long: {n} of 4,000 characters.",
    full: "This conversation is full.", fresh: "Start a new conversation", expired: "Your earlier conversation has ended here. This is a new one.",
    refused: "This page may not show the chat.", down: "The chat is not available at the moment.", gone: "This article is no longer there.",
    updated: "Updated {date}", source: "Open source: {title}", page: "Open in the help centre",
    past: "Earlier conversations", signedOff: "You are signed out. This is a new conversation.",
  },
  ja: {
    hello: "こんにちは。{company}の自動アシスタントです。ヘルプの記事をもとにお答えし、わからないことはわからないとお伝えします。いつでも担当者におつなぎできます。",
    person: "担当者と話す", close: "チャットを閉じる", send: "送信", back: "チャットに戻る", log: "会話",
    write: "メッセージを入力", hint: "カード番号やパスワードは入力しないでください。",
    bot: "自動アシスタント", waiting: "担当者をお待ちください", withAgent: "{name}が対応しています", closed: "この会話は終了しました",
    handoff: "担当者に引き継ぎました。担当者はこの会話をすべて確認し、この画面でお返事します。続けてご入力いただけます。自動アシスタントはお返事を控えます。",
    resolved: "この会話は担当者が終了しました。まだお困りの場合は、このままご入力ください。会話が再開されます。",
    you: "あなた：", assistant: "アシスタント：", agent: "担当者", thinking: "答えを探しています",
    masked: "個人情報は伏せて保存しています。",
    emailAsk: "このページを閉じた場合のご連絡先（任意）", emailSave: "保存", emailSaved: "ありがとうございます。ご不在の場合は {email} にご連絡します。",
    emailBad: "メールアドレスの形式をご確認ください。",
    lost: "送信できませんでした。", again: "再送する", offline: "接続が切れています。自動で再試行します。",
    rate: "送信の間隔が短すぎます。{seconds}秒後に送信します。", long: "{n} / 4,000文字", tooLong: "長すぎます（{n} / 4,000文字）。短くしてください。",
    full: "この会話はこれ以上続けられません。", fresh: "新しい会話を始める", expired: "以前の会話は終了しました。新しい会話です。",
    refused: "このページではチャットを表示できません。", down: "ただいまチャットをご利用いただけません。", gone: "この記事はすでにありません。",
    updated: "{date} 更新", source: "出典を開く：{title}", page: "ヘルプセンターで開く",
    past: "以前の会話", signedOff: "ログアウトしました。新しい会話です。",
  },
};
const LONGEST = 4000;
const query = new URLSearchParams(location.search);
const lang = (query.get("lang") || navigator.language || "").toLowerCase().startsWith("ja") ? "ja" : "en";
const embedder = query.get("origin") || location.origin;
const site = query.get("site") || "";
const inside = window.parent !== window;
const preview = inside && query.get("preview") === "1" && embedder === location.origin;
const $ = (id) => document.getElementById(id);

function say(key, fields = {}) {
  return WORDS[lang][key].replace(/\{(\w+)\}/g, (_, name) => fields[name]);
}

function make(tag, kind, text) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  if (text !== undefined) element.textContent = text;
  return element;
}

/* What outlives a reload: the browser's token and the messages not yet taken, those of an identified customer apart.
   Who the customer is outlives nothing: the page says it again. Browsers that refuse storage to frames of other sites
   get all this kept by the embedding page, for as long as its tab is open. */
let memory = {};
const kept = {
  refused: (() => { try { localStorage.getItem("kizuna.token"); return false; } catch { return true; } })(),
  key(name, who) {
    return ["kizuna", site, who, name].filter(Boolean).join(".");
  },
  get(name, who = chat.who) {
    const key = kept.key(name, who);
    if (kept.refused) return memory[key] ?? null;
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  },
  set(name, value, who = chat.who) {
    const key = kept.key(name, who);
    memory[key] = value;
    if (kept.refused) tell("keep", { kept: JSON.stringify(memory) });
    else try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full: this page still has it */ }
  },
  restore(text) {
    try { memory = JSON.parse(text) || {}; } catch { memory = {}; }
  },
};

const chat = {
  token: null, jwt: null, who: "", opened: 0, outbox: [], status: "", agent: "", after: -1,
  seen: new Map(), bubbles: new Map(), busy: false, polling: false, shown: !inside, stop: null, started: false,
};

class Refused extends Error {
  constructor(code, sentence, wait) { super(sentence); this.code = code; this.wait = wait; }
}

async function ask(path, body, signal) {
  const headers = { Authorization: "Bearer " + (chat.token || "") };
  if (site) headers["X-Kizuna-Site"] = site;
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, {
    method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal, credentials: "omit", cache: "no-store",
  });
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Refused(told.code || "down", told.error || "", Number(answer.headers.get("Retry-After")) || 5);
}

function tell(what, more = {}) {
  if (inside) window.parent.postMessage({ kizuna: what, ...more }, embedder);
}

/* ---- drawing ---- */

function atEnd() {
  const main = document.querySelector("main");
  return main.scrollHeight - main.scrollTop - main.clientHeight < 80;
}

function toEnd() {
  const main = document.querySelector("main");
  main.scrollTop = main.scrollHeight;
}

function put(element, follow = atEnd()) {
  $("log").append(element);
  if (follow) toEnd();
  return element;
}

function bubble(who, text, name) {
  const turn = make("div", "turn " + who);
  if (name) turn.append(make("p", "name", name));
  else turn.append(make("span", "unseen", say(who === "you" ? "you" : "assistant")));
  turn.words = make("div", "words");
  turn.below = make("div", "below");
  turn.append(turn.words, turn.below);
  write(turn, text);
  return turn;
}

function write(turn, text) {
  const numbered = turn.classList.contains("assistant");
  turn.words.replaceChildren(...text.trim().split(numbered ? /( ?\[\d+\])/ : /$^/).map((part) => {
    const number = numbered && /^ ?\[(\d+)\]$/.exec(part);
    return number ? make("sup", "", number[1]) : document.createTextNode(part);
  }));
}

function personButton(kind) {
  const button = make("button", kind + " person", say("person"));
  button.type = "button";
  button.addEventListener("click", handOver);
  return button;
}

function finish(turn, answer) {
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
    chip.addEventListener("click", () => openSource(group, chip));
    return chip;
  });
  turn.below.replaceChildren(...chips, personButton(answer.answered ? "quiet" : "strong"));
}

function wait() {
  const turn = bubble("assistant", "");
  const dots = make("span", "waiting");
  dots.append(make("i"), make("i"), make("i"));
  turn.words.replaceChildren(dots, make("span", "unseen", say("thinking")));
  return turn;
}

function under(turn, text, bad, action) {
  turn.querySelector(".small")?.remove();
  if (!text) return;
  const line = make("p", "small" + (bad ? " bad" : ""), text);
  if (action) {
    const button = make("button", "", say("again"));
    button.type = "button";
    button.addEventListener("click", action);
    line.append(button);
  }
  turn.append(line);
}

function draw(turn) {
  if (chat.seen.has(turn.seq)) return;
  if (turn.who === "you" && chat.bubbles.has(turn.id)) {
    chat.seen.set(turn.seq, chat.bubbles.get(turn.id));
    return;
  }
  let element;
  if (turn.who === "handoff") element = make("p", "side", say("handoff"));
  else if (turn.who === "agent") element = bubble("agent", turn.text, turn.name || say("agent"));
  else element = bubble(turn.who, turn.text);
  if (turn.who === "assistant") finish(element, turn);
  if (turn.who === "agent") chat.agent = turn.name || say("agent");
  if (turn.who === "handoff") chat.agent = "";
  if (turn.at && element.words) element.words.title = new Date(turn.at).toLocaleString(lang);
  chat.seen.set(turn.seq, put(element));
}

function notice(text, action) {
  const place = $("notice");
  place.hidden = !text;
  place.textContent = text || "";
  if (action) {
    const button = make("button", "quiet", say("fresh"));
    button.type = "button";
    button.addEventListener("click", action);
    place.append(" ", button);
  }
}

function setStatus(status, first) {
  const before = chat.status;
  if (!first && status === "open" && (before === "" || before === "pending")) tell("handoff");
  chat.status = status;
  const mine = status === "" || status === "pending";
  if (status === "resolved" && before !== "resolved") put(make("p", "side", say("resolved")));
  $("status").textContent = mine ? say("bot") : status === "resolved" ? say("closed")
    : chat.agent ? say("withAgent", { name: chat.agent }) : say("waiting");
  document.querySelectorAll(".person, #person").forEach((button) => { button.hidden = !mine; });
  $("email").hidden = mine || status === "resolved" || Boolean(kept.get("email"));
}

/* ---- talking ---- */

async function open(fresh) {
  if (fresh) { chat.token = null; kept.set("token", null, ""); kept.set("email", null); }
  const had = Boolean(chat.token);
  const mine = ++chat.opened; // who the customer is may change while this is on its way: the last word counts
  const told = await session();
  if (mine !== chat.opened) return;
  chat.token = told.token;
  if (told.browser) kept.set("token", told.browser, "");
  become(told.who);
  $("company").textContent = document.title = told.company;
  logo(told.logo);
  $("log").replaceChildren(put(bubble("assistant", told.greeting || say("hello", { company: told.company }))));
  if (told.past) $("log").prepend(pastButton());
  chat.seen.clear();
  chat.bubbles.clear();
  chat.after = told.last;
  chat.agent = "";
  chat.status = "";
  if (had && !told.turns.length && kept.get("talked")) put(make("p", "side", say("expired")));
  kept.set("talked", told.turns.length > 0);
  told.turns.forEach(draw);
  setStatus(told.status, true);
  toEnd();
  resume(told);
}

/* A customer whom the page names wrongly is a stranger, not nobody. */
async function session() {
  try {
    return await (await ask("session", { origin: embedder, lang, ...(chat.jwt && { jwt: chat.jwt }) })).json();
  } catch (error) {
    if (error.code !== "identity" || !chat.jwt) throw error;
    chat.jwt = null;
    tell("refused", { why: error.message });
    return session();
  }
}

/* Whose outbox it is now: what a stranger was about to send goes with the customer that they turn out to be. */
function become(who) {
  if (who === chat.who) return;
  const moving = chat.who === "" ? chat.outbox : [];
  if (chat.who === "") kept.set("outbox", []);
  chat.who = who;
  chat.outbox = [...(kept.get("outbox") || []), ...moving];
  kept.set("outbox", chat.outbox);
}

/* The page says who the customer is, or that nobody is any more. */
async function named(jwt) {
  if (jwt === chat.jwt) return;
  const same = jwt && chat.who && subject(jwt) === subject(chat.jwt); // a fresh token for later: nothing changes now
  chat.jwt = jwt;
  if (same || !chat.started) return;
  chat.stop?.abort();
  closeSource();
  chat.token = kept.get("token", "");
  await open().catch(failed);
  if (!jwt) put(make("p", "side", say("signedOff")));
}

function subject(jwt) {
  try {
    return JSON.parse(atob(jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sub;
  } catch {
    return jwt; // whoever reads it for good says what is wrong
  }
}

function logo(path) {
  $("logo").hidden = !path;
  if (path) $("logo").src = path;
}

/* A message that was on its way when the page went, or that nobody answered, goes out again under its old name. */
function resume(told) {
  const taken = new Set(told.turns.map((turn) => turn.id));
  const last = told.turns.at(-1);
  if (told.status === "pending" && last.who === "you" && last.id && !chat.outbox.some((one) => one.id === last.id)) {
    chat.bubbles.set(last.id, chat.seen.get(last.seq));
    chat.outbox.unshift({ id: last.id, text: last.text });
  }
  for (const one of chat.outbox) {
    if (!taken.has(one.id)) chat.bubbles.set(one.id, put(bubble("you", one.text)));
    else if (!chat.bubbles.has(one.id)) chat.bubbles.set(one.id, chat.seen.get(told.turns.find((turn) => turn.id === one.id).seq));
  }
  pump();
}

function send(text) {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  chat.outbox.push({ id, text });
  kept.set("outbox", chat.outbox);
  chat.bubbles.set(id, put(bubble("you", text), true));
  pump();
}

function done(item) {
  chat.outbox = chat.outbox.filter((one) => one !== item);
  kept.set("outbox", chat.outbox);
}

async function pump() {
  if (chat.busy || !chat.outbox.length || !chat.token) return;
  chat.busy = true;
  const item = chat.outbox[0];
  let pause = 0;
  try {
    pause = await deliver(item);
    notice("");
  } catch (error) {
    pause = await trouble(item, error);
  }
  chat.busy = false;
  if (pause !== null) setTimeout(pump, pause);
}

/* Sends one message and draws what comes back; returns how long to wait before the next, in ms. */
async function deliver(item) {
  const mine = chat.bubbles.get(item.id);
  under(mine, "");
  chat.stop = new AbortController();
  const answer = await ask("message", { id: item.id, text: item.text, lang }, chat.stop.signal);
  let reply = null;
  let text = "";
  let ended = false;
  try {
    for await (const [name, data] of happenings(answer)) {
      if (name === "taken") {
        if (data.text !== item.text) { write(mine, data.text); under(mine, say("masked")); toEnd(); }
        chat.seen.set(data.seq, mine);
        tell("message", { from: "you" });
        setStatus(data.status);
        kept.set("talked", true);
        if (data.status === "pending") reply = put(wait());
        else done(item);
      } else if (name === "piece" && reply) {
        text += data.text;
        const follow = atEnd();
        write(reply, text);
        if (follow) toEnd();
      } else if (name === "done") {
        reply = reply || put(wait());
        const follow = atEnd();
        if (chat.seen.has(data.seq)) reply.remove();
        else { finish(reply, data); chat.seen.set(data.seq, reply); }
        if (follow) toEnd();
        tell("message", { from: "assistant" });
        setStatus(chat.status);
        done(item);
        ended = true;
      } else if (name === "quiet") {
        reply?.remove();
        done(item);
        ended = true;
      } else if (name === "busy") {
        await untilFree();
        reply?.remove();
        return 0;
      }
    }
    if (!ended && chat.outbox.includes(item)) throw new TypeError("cut off");
  } catch (error) {
    reply?.remove();
    throw error;
  }
  return 0;
}

/* The answer before this one, or one whose page was left, is still being written: reading costs less than asking. */
async function untilFree() {
  do await new Promise((go) => setTimeout(go, 2000));
  while ((await (await ask("events?after=" + chat.after)).json()).answering);
}

async function* happenings(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done: over } = await reader.read();
    if (over) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const found = /^event: (\w+)\ndata: (.*)$/s.exec(block);
      if (found) yield [found[1], JSON.parse(found[2])];
    }
  }
}

/* What to do when a message did not go out: returns ms to wait, or null to wait for the visitor. */
async function trouble(item, error) {
  const mine = chat.bubbles.get(item.id);
  if (error.name === "AbortError") return 0; // a person takes over; if the message is not kept yet, it goes out again
  if (error.code === "rate") {
    notice(say("rate", { seconds: error.wait }));
    return 1000 * error.wait;
  }
  if (error.code === "expired") {
    const mine = chat.who && kept.get("token", "");
    chat.token = mine;
    await open(!mine).then(() => chat.who || put(make("p", "side", say("expired")))).catch(() => notice(say("down")));
    return 0;
  }
  if (error.code === "full") {
    done(item);
    under(mine, say("lost"), true);
    notice(say("full"), () => { notice(""); open(true).catch(failed); });
    return 0;
  }
  if (error.code === "bad" || error.code === "long") {
    done(item);
    under(mine, error.message || say("lost"), true);
    return 0;
  }
  if (NEVER.includes(error.code)) {
    failed(error);
    return null;
  }
  item.tries = (item.tries || 0) + 1;
  if (item.tries < 6) {
    notice(say("offline"));
    return 1000 * 2 ** item.tries;
  }
  notice("");
  under(mine, say("lost"), true, () => { item.tries = 0; pump(); });
  return null;
}

async function handOver() {
  document.querySelectorAll(".person, #person").forEach((button) => { button.disabled = true; });
  const mine = chat.opened;
  try {
    const told = await (await ask("person", { lang })).json();
    if (mine !== chat.opened) return;
    chat.stop?.abort();
    kept.set("talked", true);
    setStatus(told.status);
    await poll();
    toEnd();
    $("text").focus();
  } catch (error) {
    notice(error.code === "rate" ? say("rate", { seconds: error.wait }) : say("down"));
  } finally {
    document.querySelectorAll(".person, #person").forEach((button) => { button.disabled = false; });
  }
}

async function saveEmail(event) {
  event.preventDefault();
  const email = $("address").value.trim();
  if (!email || !$("address").checkValidity()) {
    $("emailSaid").textContent = say("emailBad");
    $("address").focus();
    return;
  }
  try {
    await ask("person", { lang, email });
    kept.set("email", true);
    $("email").hidden = true;
    put(make("p", "side", say("emailSaved", { email })), true);
    $("text").focus();
  } catch (error) {
    $("emailSaid").textContent = error.code === "email" ? say("emailBad") : say("down");
  }
}

async function poll() {
  if (!chat.token || !chat.status || chat.polling) return;
  chat.polling = true;
  const mine = chat.opened;
  try {
    const told = await (await ask("events?after=" + chat.after)).json();
    if (mine !== chat.opened) return; // that was somebody else's conversation
    for (const turn of told.turns) {
      const isNew = !chat.seen.has(turn.seq);
      draw(turn);
      if (isNew && turn.who === "agent") tell("message", { from: "agent" });
      if (isNew && turn.who === "agent" && !chat.shown) tell("unread");
    }
    chat.after = Math.max(chat.after, told.last);
    if (told.status !== chat.status || told.turns.length) setStatus(told.status || chat.status);
  } finally {
    chat.polling = false;
  }
}

function watch() {
  const near = chat.shown && document.visibilityState === "visible";
  setTimeout(async () => {
    if (!chat.busy) await poll().catch(() => {});
    watch();
  }, near ? 2000 : 10000);
}

/* ---- sources ---- */

let opener = null;

async function openSource(group, chip) {
  const at = group.map((one) => "&at=" + one.start + "-" + one.end).join("");
  opener = chip;
  $("title").textContent = group[0].title;
  $("article").replaceChildren();
  $("panel").hidden = false;
  $("back").focus();
  try {
    const told = await (await ask("source?id=" + encodeURIComponent(group[0].id) + at)).json();
    $("title").textContent = told.title;
    $("article").lang = told.lang || lang;
    $("article").replaceChildren(...told.blocks.map(block));
    if (told.updated) $("article").prepend(make("p", "date", say("updated", { date: told.updated })));
    if (told.page) $("article").append(pageLink(told.page));
    $("article").querySelector("mark")?.scrollIntoView({ block: "center" });
  } catch (error) {
    $("article").replaceChildren(make("p", "text", say(error.code === "gone" ? "gone" : "down")));
  }
}

function pastButton() {
  const button = make("button", "quiet past", say("past"));
  button.type = "button";
  button.addEventListener("click", () => openPast(button));
  return button;
}

async function openPast(button) {
  opener = button;
  $("title").textContent = say("past");
  $("article").replaceChildren();
  $("panel").hidden = false;
  $("back").focus();
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
function pageLink(path) {
  const link = make("a", "page", say("page"));
  link.href = path;
  link.target = "_blank";
  link.rel = "noopener";
  return link;
}

function closeSource() {
  $("panel").hidden = true;
  opener?.focus();
}

/* ---- the page ---- */

function grow() {
  const field = $("text");
  field.style.height = "auto";
  field.style.height = Math.min(field.scrollHeight, 132) + "px";
  const n = field.value.trim().length;
  $("send").disabled = n === 0 || n > LONGEST;
  $("count").hidden = n < 0.85 * LONGEST;
  $("count").className = n > LONGEST ? "bad" : "";
  $("count").textContent = say(n > LONGEST ? "tooLong" : "long", { n: n.toLocaleString(lang) });
}

function submit(event) {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text || text.length > LONGEST || !chat.token) return;
  $("text").value = "";
  grow();
  send(text);
}

const NEVER = ["origin", "site", "off"]; // waiting does not help

function failed(error) {
  const never = NEVER.includes(error.code);
  notice(say(never ? "refused" : "down"));
  if (!never) setTimeout(() => open().then(() => notice("")).catch(failed), 5000);
}

function begin() {
  document.documentElement.lang = lang;
  document.querySelectorAll("[data-text]").forEach((one) => { one.textContent = say(one.dataset.text); });
  document.querySelectorAll("[data-label]").forEach((one) => one.setAttribute("aria-label", say(one.dataset.label)));
  document.querySelectorAll("[data-placeholder]").forEach((one) => { one.placeholder = say(one.dataset.placeholder); });
  $("close").hidden = !inside;
  $("close").addEventListener("click", () => tell("close"));
  $("person").addEventListener("click", handOver);
  $("email").addEventListener("submit", saveEmail);
  $("email").noValidate = true;
  $("back").addEventListener("click", closeSource);
  $("composer").addEventListener("submit", submit);
  $("text").addEventListener("input", grow);
  $("text").addEventListener("keydown", (event) => {
    // While a Japanese input method converts, Enter belongs to it.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    if ($("panel").hidden) tell("close");
    else closeSource();
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
    if (chat.shown) { toEnd(); $("text").focus(); poll().catch(() => {}); }
  });
  addEventListener("online", () => pump());
  grow();
  if (preview) return;
  if (inside && (kept.refused || query.get("named"))) setTimeout(start, 5000); // the embedding page says what it knows
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
  put(bubble("you", "…"));
  setStatus("", true);
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
