/* The preview on the console's page of a site: the real frame, told what stands in the form. It sends nothing. */
"use strict";

const page = document.documentElement;
const look = JSON.parse(page.dataset.look);
const scheme = page.dataset.scheme;
const colours = look[scheme];

function style(element, rules) {
  for (const name in rules) element.style.setProperty(name, rules[name]);
}

const frame = document.createElement("iframe");
frame.title = look.company;
frame.src = "frame?preview=1&lang=" + page.lang + "&origin=" + encodeURIComponent(location.origin);
frame.addEventListener("load", () => {
  frame.contentWindow.postMessage({ kizuna: "preview", look, scheme }, location.origin);
});
const button = document.createElement("span");
button.className = "launcher";
button.title = look.launcher;
const edge = Math.min(look.offset, 60) + "px";
style(button, { [look.side]: edge, bottom: edge, background: colours[0], color: colours[1] });
const space = "http://www.w3.org/2000/svg";
const svg = document.createElementNS(space, "svg");
const shape = document.createElementNS(space, "path");
svg.setAttribute("viewBox", "0 0 24 24");
shape.setAttribute("d", "M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zm3 5v2h10V9z");
shape.setAttribute("fill", "currentColor");
svg.append(shape);
button.append(svg);
style(frame, { [look.side]: edge, bottom: "calc(" + edge + " + 66px)" });
document.body.append(frame, button);
