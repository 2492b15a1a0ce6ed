/* While people have the conversation: the place in line, how long that takes, when somebody is back, where to write. */

import { chat } from "./chat.js";
import { atEnd, headline, toEnd } from "./drawing.js";
import { $, lang, say } from "./page.js";

let changing = false; // another address is being written

/* What the server says of the wait; null while nobody is waited for. Said anew only where it has changed. */
export function tellWaiting(told) {
  const follow = atEnd();
  if (!told?.address) changing = false;
  chat.waiting = told || null;
  const text = told ? sentences(told).join(lang === "ja" ? "" : " ") : "";
  if ($("waitingSaid").textContent !== text) $("waitingSaid").textContent = text;
  $("waiting").hidden = !text;
  $("other").hidden = !told?.address || changing;
  $("email").hidden = !told || (told.address && !changing);
  if (told) $("emailAsk").textContent = say(told.mail && !told.there ? "awayAsk" : "emailAsk");
  headline();
  if (follow) toEnd();
}

function sentences(told) {
  if (told.there) return told.place ? [say(told.place === 1 ? "waitNext" : "waitPlace", { n: told.place }), ...usually(told.minutes)] : [];
  const found = [told.opens ? say("away", { when: when(told.opens) }) : say("awayLong"), say("number", { ticket: told.ticket })];
  if (told.address && told.mail) found.push(say("byMail"));
  return found;
}

function usually(minutes) {
  if (!minutes) return [];
  if (minutes < 60) return [say(minutes === 1 ? "waitMinute" : "waitMinutes", { n: minutes })];
  return [say(minutes === 60 ? "waitHour" : "waitHours", { n: minutes / 60 })];
}

/* In the visitor's own time; beyond the week with its date. */
function when(iso) {
  const at = new Date(iso);
  const place = navigator.language.startsWith(lang) ? navigator.language : lang;
  const day = at - Date.now() > 6 * 86400000 ? { month: "long", day: "numeric" } : {};
  const time = at.toLocaleTimeString(place, { hour: "numeric", minute: "2-digit" });
  return at.toLocaleDateString(place, { ...day, weekday: "long" }) + " " + time;
}

/* The form for another address than the one that was left, or no more. */
export function change(on) {
  changing = on;
  tellWaiting(chat.waiting);
}
