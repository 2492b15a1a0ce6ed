/* Calls to the server, and the events that it streams. */

import { chat } from "./chat.js";
import { site } from "./page.js";

const SILENCE = 45000; // milliseconds: the server gives a sign of life three times as often, so the connection is gone

export class Refused extends Error {
  constructor(code, sentence, wait) { super(sentence); this.code = code; this.wait = wait; }
}

export async function ask(path, body, signal, more = {}) {
  const headers = { Authorization: "Bearer " + (chat.token || ""), ...more };
  if (site) headers["X-Kizuna-Site"] = site;
  if (body) headers["Content-Type"] = "application/json";
  const answer = await heard(fetch(path, {
    method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal, credentials: "omit", cache: "no-store",
  }));
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Refused(told.code || "down", told.error || "", Number(answer.headers.get("Retry-After")) || 5);
}

/* The server-sent events of a response, each with its name, data and id. */
export async function* happenings(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done: over } = await heard(reader.read());
      if (over) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const told = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s, 2)));
        if (told.event) yield { name: told.event, data: JSON.parse(told.data), id: told.id };
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/* What is promised, unless it stays silent for too long. */
function heard(promised) {
  return new Promise((good, bad) => {
    const late = setTimeout(() => bad(new TypeError("silent")), SILENCE);
    promised.then(good, bad).finally(() => clearTimeout(late));
  });
}

export function pause(ms) {
  return new Promise((go) => setTimeout(go, ms));
}

/* How long to wait before the next try, in ms: longer each time, and not the same for everybody. */
export function backOff(tries) {
  return Math.min(20000, 500 * 2 ** tries) * (0.7 + 0.6 * Math.random());
}
