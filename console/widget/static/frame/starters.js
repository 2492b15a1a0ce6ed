/* What can be said with one press: questions under the greeting, and that an answer did not help. */

import { ask } from "./calls.js";
import { chat } from "./chat.js";
import { put } from "./drawing.js";
import { lang, leave, make, say } from "./page.js";
import { send } from "./talking.js";

/* Suggested questions, while nothing has been said and no form is to be filled in first. */
export function starters(forms) {
  document.querySelector(".starters")?.remove();
  if (!forms?.starters.length || chat.status !== "" || chat.asking) return;
  const group = make("div", "starters");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", say("starters"));
  group.append(...forms.starters.map((text) => {
    const button = make("button", "quiet starter", text);
    button.type = "button";
    button.addEventListener("click", () => { leave(button); send(text); });
    return button;
  }));
  put(group);
}

export function noHelpButton(seq) {
  const button = make("button", "quiet nohelp", say("noHelp"));
  button.type = "button";
  button.seq = seq;
  return button;
}

/* It is noted at the answer itself, and said, so that the next answer is another one. */
export function noHelp(button) {
  leave(button);
  button.remove();
  ask("unhelpful", { seq: button.seq, lang }).catch(() => {}).then(() => send(say("noHelpSaid")));
}
