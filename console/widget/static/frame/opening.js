/* Whose conversation this is: opens it, and opens it anew when the page says that the customer is another. */

import { drop } from "./answering.js";
import { ask } from "./calls.js";
import { before } from "./before.js";
import { chat } from "./chat.js";
import { bubble, draw, mine, notice, put, setStatus, toEnd } from "./drawing.js";
import { kept } from "./kept.js";
import { $, embedder, lang, make, say, tell } from "./page.js";
import { handOver } from "./person.js";
import { closePanel, pastButton } from "./sources.js";
import { starters } from "./starters.js";
import { pump } from "./talking.js";
import { tellWaiting } from "./waiting.js";

export const NEVER = ["origin", "site", "off"]; // waiting does not help

export async function open(fresh) {
  if (fresh) { chat.token = null; kept.set("token", null, ""); }
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
  drop();
  chat.outbox.forEach((one) => { one.taken = false; });
  chat.seen.clear();
  chat.bubbles.clear();
  chat.after = told.last;
  chat.agent = "";
  chat.status = "";
  if (had && !told.turns.length && kept.get("talked")) put(make("p", "side", say("expired")));
  kept.set("talked", told.turns.length > 0);
  if (told.earlier) put(make("p", "side", say("earlier")));
  told.turns.forEach(draw);
  chat.transcript = Boolean(told.transcript);
  chat.forms = told.forms;
  setStatus(told.status, true);
  tellWaiting(told.waiting);
  before(told.forms.before);
  starters(told.forms);
  toEnd();
  if (chat.wanted) await handOver();
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
export async function named(jwt) {
  if (jwt === chat.jwt) return;
  const same = jwt && chat.who && subject(jwt) === subject(chat.jwt); // a fresh token for later: nothing changes now
  chat.jwt = jwt;
  if (same || !chat.started) return;
  chat.stop?.abort();
  closePanel();
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

export function logo(path) {
  $("logo").hidden = !path;
  if (path) $("logo").src = path;
}

/* A message that was on its way when the page went, or that nobody answered, goes out again under its old name. */
function resume(told) {
  const taken = new Set(told.turns.map((turn) => turn.id));
  const last = told.turns.at(-1);
  if (told.status === "pending" && last.who === "you" && last.id && !chat.outbox.some((one) => one.id === last.id)) {
    chat.bubbles.set(last.id, chat.seen.get(last.seq));
    chat.outbox.unshift({ id: last.id, text: last.text, files: [] });
  }
  for (const one of chat.outbox) {
    if (!taken.has(one.id)) chat.bubbles.set(one.id, put(mine(one)));
    else if (!chat.bubbles.has(one.id)) chat.bubbles.set(one.id, chat.seen.get(told.turns.find((turn) => turn.id === one.id).seq));
  }
  pump();
}

export function failed(error) {
  const never = NEVER.includes(error.code);
  notice(say(never ? "refused" : "down"));
  if (!never) setTimeout(() => open().then(() => notice("")).catch(failed), 5000);
}
