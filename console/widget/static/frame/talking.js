/* Messages out: each goes out until it is taken and answered, under the same name, whatever breaks in between. */

import { drop, receive, resume } from "./answering.js";
import { ask, backOff } from "./calls.js";
import { chat } from "./chat.js";
import { mine, notice, put, under } from "./drawing.js";
import { kept } from "./kept.js";
import { NEVER, failed, open } from "./opening.js";
import { handOver } from "./person.js";
import { lang, make, say } from "./page.js";

const PATIENT = 5; // tries before the visitor is told that a message is not out; after that it goes on trying

export function send(text, files = []) {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const item = { id, text, files };
  chat.outbox.push(item);
  keep([...(kept.get("outbox") || []), item]);
  chat.bubbles.set(id, put(mine(item), true));
  pump();
}

function done(item) {
  chat.outbox = chat.outbox.filter((one) => one !== item);
  keep((kept.get("outbox") || []).filter((one) => one.id !== item.id)); // what another tab has to send stays
}

function keep(outbox) {
  kept.set("outbox", outbox.map(({ id, text, files }) => ({ id, text, files })));
}

export async function pump() {
  if (chat.busy || chat.asking || !chat.outbox.length || !chat.token) return;
  chat.busy = true;
  const item = chat.outbox[0];
  let wait = 0;
  try {
    wait = await deliver(item);
  } catch (error) {
    wait = await trouble(item, error);
  }
  chat.busy = false;
  if (wait !== null) setTimeout(pump, wait);
}

function said({ id, text, files = [] }) {
  return { id, text, lang, ...(files.length && { files: files.map((one) => one.id) }) };
}

/* Sends one message, or goes on where its answer broke off; returns how long to wait before the next, in ms. */
async function deliver(item) {
  const signal = (chat.stop = new AbortController()).signal;
  const going = item.taken ? resume(signal) : ask("message", said(item), signal);
  const answer = await going;
  under(chat.bubbles.get(item.id), "");
  notice("");
  const last = await receive(answer, item);
  if (last === "done" || last === "quiet") done(item);
  else if (last === "busy") {
    item.taken = false;
    notice(say("busy"), handOver, "person");
    return backOff(6);
  } else if (last === "idle") item.taken = false; // nothing is under way: it was answered, or has to be asked again
  else if (chat.outbox.includes(item)) throw new TypeError("broken off");
  item.tries = 0;
  return 0;
}

/* What to do when a message did not go out: returns ms to wait, or null to wait for the visitor. */
async function trouble(item, error) {
  const own = chat.bubbles.get(item.id);
  if (error.name === "AbortError") { // a person takes over; if the message is not kept yet, it goes out again
    drop();
    item.taken = false;
    return 0;
  }
  if (error.code === "rate") {
    notice(say("rate", { seconds: error.wait }));
    return 1000 * error.wait;
  }
  if (error.code === "expired") {
    drop();
    const mine = chat.who && kept.get("token", "");
    chat.token = mine;
    await open(!mine).then(() => chat.who || put(make("p", "side", say("expired")))).catch(() => notice(say("down")));
    return 0;
  }
  if (error.code === "full") {
    done(item);
    under(own, say("lost"), true);
    notice(say("full"), () => { notice(""); open(true).catch(failed); });
    return 0;
  }
  if (error.code === "before") { // the site asks for something first: whoever answers it goes on here
    open().catch(failed);
    return null;
  }
  if (error.code === "bad" || error.code === "long" || error.code?.startsWith("file_")) {
    done(item);
    under(own, error.code.startsWith("file_") ? say(error.code) : error.message || say("lost"), true);
    return 0;
  }
  if (NEVER.includes(error.code)) {
    drop();
    failed(error);
    return null;
  }
  item.tries = (item.tries || 0) + 1;
  notice(say("offline"));
  if (item.tries >= PATIENT && !item.taken) under(own, say("lost"), true, () => pump());
  return backOff(item.tries);
}
