/* The conversation as this page knows it. */

import { inside } from "./page.js";

export const chat = {
  token: null, jwt: null, who: "", opened: 0, outbox: [], status: "", agent: "", after: -1,
  seen: new Map(), bubbles: new Map(), busy: false, answering: false, shown: !inside, stop: null, waiting: null, transcript: false, started: false, forms: null, asking: false,
  wanted: false, // a person, before the chat was open
};
