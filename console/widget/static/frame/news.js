/* What is new in the conversation: asked for again and again, and the server answers when there is something. */

import { follow } from "./answering.js";
import { ask, backOff, pause } from "./calls.js";
import { chat } from "./chat.js";
import { draw, setStatus } from "./drawing.js";
import { tell } from "./page.js";
import { tellWaiting } from "./waiting.js";

let asking = null; // the latest word counts: a new question ends the one before

/* Draws what is new; with `wait`, once there is something, or after so many seconds. */
export async function poll(wait = 0) {
  if (!chat.token) return;
  asking?.abort();
  const stop = asking = new AbortController();
  const mine = chat.opened;
  const near = chat.shown && document.visibilityState === "visible";
  const query = new URLSearchParams({ after: chat.after, status: chat.status, ...(wait && { wait }) });
  if (near && chat.after >= 0) query.set("seen", chat.after);
  const told = await (await ask("events?" + query, null, stop.signal)).json();
  if (mine !== chat.opened || stop.signal.aborted) return; // that was somebody else's conversation
  for (const turn of told.turns) {
    const isNew = !chat.seen.has(turn.seq);
    draw(turn);
    if (isNew && turn.who === "agent") tell("message", { from: "agent" });
    if (isNew && turn.who === "agent" && !chat.shown) tell("unread");
  }
  chat.after = Math.max(chat.after, told.last);
  if (told.status !== chat.status || told.turns.length) setStatus(told.status || chat.status);
  chat.answering = told.answering;
  tellWaiting(told.waiting);
}

/* Goes on for as long as the page is there. A frame that nobody sees asks seldom, and not at all before it has talked. */
export async function watch() {
  let tries = 0;
  for (;;) {
    const near = chat.shown && document.visibilityState === "visible";
    try {
      if (!chat.busy && (near || chat.status)) await poll(near ? (chat.status === "open" ? 10 : 25) : 0);
      if (chat.answering && !chat.busy && !chat.outbox.length) await follow();
      tries = 0;
    } catch (error) {
      if (error.name !== "AbortError") tries += 1;
    }
    await pause(tries ? backOff(tries) : near ? 500 : 10000);
  }
}
