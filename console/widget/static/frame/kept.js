/* What outlives a reload: the browser's token and the messages not yet taken, those of an identified customer apart.
   Who the customer is outlives nothing: the page says it again. Browsers that refuse storage to frames of other sites
   get all this kept by the embedding page, for as long as its tab is open. */

import { chat } from "./chat.js";
import { site, tell } from "./page.js";

let memory = {};

export const kept = {
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
