/* An answer on its way: drawn as it comes, and gone on with where it was after the connection broke. */

import { ask, happenings } from "./calls.js";
import { chat } from "./chat.js";
import { atEnd, finish, put, setStatus, toEnd, under, wait, write } from "./drawing.js";
import { kept } from "./kept.js";
import { say, tell } from "./page.js";

const coming = { turn: null, text: "", mark: "" }; // what is drawn of it, and the last of its events that is known

/* Shows the events of `response` until it ends; returns the last: "done", "quiet", "busy", "idle", "" when it broke off.
   `item` is the message of this page that it answers; without one, the answer is to another tab's. */
export async function receive(response, item) {
  let last = "";
  for await (const { name, data, id } of happenings(response)) {
    if (id) coming.mark = id;
    const follow = atEnd();
    if (name in shown) last = shown[name](data, item) || name;
    if (follow) toEnd();
  }
  return ["done", "quiet", "busy", "idle"].includes(last) ? last : "";
}

/* The answer under way, from where it is known. */
export function resume(signal) {
  return ask("stream", null, signal, { "Last-Event-ID": coming.mark });
}

/* The answer to a message of another tab. */
export async function follow() {
  chat.busy = true;
  chat.stop = new AbortController();
  try {
    await receive(await resume(chat.stop.signal));
  } finally {
    drop();
    chat.busy = false;
  }
}

/* Nothing more comes of what is drawn. */
export function drop() {
  coming.turn?.remove();
  Object.assign(coming, { turn: null, text: "", mark: "" });
}

function turn() {
  coming.turn = coming.turn || put(wait());
  return coming.turn;
}

const shown = {
  taken(data, item) {
    const mine = chat.bubbles.get(item.id);
    item.taken = true;
    if (item.text && data.text !== item.text) { write(mine, data.text); under(mine, say("masked")); }
    if (!chat.seen.has(data.seq)) tell("message", { from: "you" });
    chat.seen.set(data.seq, mine);
    setStatus(data.status);
    kept.set("talked", true);
    if (data.status === "pending") turn();
  },
  place({ place, seconds }) {
    const soon = seconds && (seconds < 120 ? "placeSeconds" : "placeMinutes");
    under(turn(), say(soon || "place", { n: place, seconds, minutes: Math.ceil(seconds / 60) }));
  },
  begin() {
    if (coming.text) { coming.turn.remove(); coming.turn = null; }
    coming.text = "";
    under(turn(), "");
  },
  piece(data) {
    coming.text += data.text;
    turn().setAttribute("aria-busy", "true"); // read out as a whole, once it is
    write(turn(), coming.text);
  },
  done(data) {
    if (!chat.seen.has(data.seq)) {
      finish(turn(), data);
      turn().removeAttribute("aria-busy");
      chat.seen.set(data.seq, coming.turn);
      coming.turn = null;
      tell("message", { from: "assistant" });
    }
    drop();
    setStatus(chat.status);
  },
  quiet: drop,
  busy: drop,
  idle() {},
};
