/* What every part of the chat uses: what the frame was opened with, its words, and making elements. Everything that
   people or sources wrote goes into the page as text, never as markup. */

const query = new URLSearchParams(location.search);
export const lang = document.documentElement.lang;
export const embedder = query.get("origin") || location.origin;
export const site = query.get("site") || "";
export const known = query.get("named") === "1"; // the embedding page knows who the customer is
export const inside = window.parent !== window;
export const preview = inside && query.get("preview") === "1" && embedder === location.origin;
export const $ = (id) => document.getElementById(id);

const words = JSON.parse($("words").textContent);

export function say(key, fields = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => fields[name]);
}

export function make(tag, kind, text) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  if (text !== undefined) element.textContent = text;
  return element;
}

/* Before a button goes away: whoever came by keyboard goes on at the field. A finger would only get a keyboard. */
export function leave(button) {
  if (button.matches(":focus-visible")) $("text").focus();
}

/* Tell the page that embeds the chat. */
export function tell(what, more = {}) {
  if (inside) window.parent.postMessage({ kizuna: what, ...more }, embedder);
}
