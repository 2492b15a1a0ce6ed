/* Kizuna chat: <script src="https://desk.example/widget/loader.js" data-lang="en" async></script>
   Puts a chat button on the page; the chat itself lives in an iframe of the desk, made when it is first opened. */
(function () {
  "use strict";
  var script = document.currentScript;
  if (!script || window.kizunaChat) return;
  window.kizunaChat = true;

  var base = new URL(".", script.src);
  var lang = /^ja/i.test(script.dataset.lang || navigator.language || "") ? "ja" : "en";
  var words = lang === "ja"
    ? { open: "チャットで質問する", close: "チャットを閉じる", frame: "チャット", unread: "新しいメッセージがあります" }
    : { open: "Chat with us", close: "Close the chat", frame: "Chat", unread: "New message" };
  var phone = matchMedia("(max-width: 480px)");
  var button, dot, frame, ready = false, isOpen = false, unread = 0;

  // The page's own style sheet may say anything about buttons and iframes: important inline styles win over it.
  function style(element, rules) {
    for (var name in rules) element.style.setProperty(name, rules[name], "important");
  }

  function remember(name, value) {
    try {
      if (value) sessionStorage.setItem("kizuna-" + name, value);
      return sessionStorage.getItem("kizuna-" + name);
    } catch (refused) {
      return null;
    }
  }

  function tell() {
    var state = { kizuna: isOpen ? "shown" : "hidden", kept: remember("kept") };
    if (ready) frame.contentWindow.postMessage(state, base.origin);
  }

  function icon() {
    var space = "http://www.w3.org/2000/svg";
    var svg = document.createElementNS(space, "svg");
    var path = document.createElementNS(space, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    path.setAttribute("d", "M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zm3 5v2h10V9z");
    svg.setAttribute("width", "26");
    svg.setAttribute("height", "26");
    svg.setAttribute("fill", "#fff");
    svg.appendChild(path);
    var holder = document.createElement("span"); // a shadow root: style sheets can even unset the shape of a path
    holder.setAttribute("aria-hidden", "true");
    style(holder, { all: "initial", display: "block", width: "26px", height: "26px" });
    holder.attachShadow({ mode: "closed" }).appendChild(svg);
    return holder;
  }

  function makeButton(company) {
    button = document.createElement("button");
    button.type = "button";
    button.title = words.open + " – " + company;
    style(button, {
      all: "initial", position: "fixed", right: "20px", bottom: "20px", width: "56px", height: "56px", padding: "15px",
      "box-sizing": "border-box", "border-radius": "50%", background: "#1e5b7b", cursor: "pointer",
      "box-shadow": "0 3px 14px rgba(0,0,0,.28)", "z-index": "2147483000"
    });
    dot = document.createElement("span");
    style(dot, {
      all: "initial", position: "absolute", top: "2px", right: "2px", width: "14px", height: "14px", display: "none",
      "border-radius": "50%", background: "#d1344b", "box-shadow": "0 0 0 2px #fff"
    });
    button.append(icon(), dot);
    button.addEventListener("click", function () { show(!isOpen); });
    button.addEventListener("focus", function () {
      if (button.matches(":focus-visible")) style(button, { outline: "3px solid #fff", "outline-offset": "-6px" });
    });
    button.addEventListener("blur", function () { style(button, { outline: "none" }); });
    document.body.appendChild(button);
  }

  function makeFrame() {
    frame = document.createElement("iframe");
    frame.title = words.frame;
    frame.src = base.href + "frame?lang=" + lang + "&origin=" + encodeURIComponent(location.origin);
    frame.addEventListener("load", function () { ready = true; tell(); });
    lay();
    document.body.appendChild(frame);
  }

  function lay() {
    if (frame) {
      style(frame, { all: "initial", position: "fixed", border: "0", "z-index": "2147483001", "color-scheme": "light dark" });
      style(frame, phone.matches
        ? { top: "0", left: "0", width: "100%", height: "100dvh" }
        : {
          right: "20px", bottom: "88px", width: "392px", height: "min(660px, calc(100vh - 108px))", "border-radius": "14px",
          "box-shadow": "0 10px 40px rgba(0,0,0,.3)"
        });
      style(frame, { display: isOpen ? "block" : "none" });
    }
    style(button, { display: isOpen && phone.matches ? "none" : "block" });
    style(dot, { display: unread && !isOpen ? "block" : "none" });
    button.setAttribute("aria-label", isOpen ? words.close : unread ? words.open + " – " + words.unread : words.open);
    button.setAttribute("aria-expanded", String(isOpen));
  }

  function show(open) {
    isOpen = open;
    if (open) unread = 0;
    if (open && !frame) makeFrame();
    lay();
    remember("chat", open ? "open" : "closed");
    tell();
    (open ? frame : button).focus();
  }

  addEventListener("message", function (event) {
    if (!frame || event.origin !== base.origin || event.source !== frame.contentWindow || !event.data) return;
    if (event.data.kizuna === "close") show(false);
    // Browsers that refuse storage to frames of other sites: this page keeps the frame's token until the tab closes.
    if (event.data.kizuna === "keep") remember("kept", String(event.data.kept));
    if (event.data.kizuna === "unread" && !isOpen) { unread += 1; lay(); }
  });

  function begin(company) {
    makeButton(company);
    phone.addEventListener("change", lay);
    var before = remember("chat");
    isOpen = before === "open" && !phone.matches;
    if (before) makeFrame();
    lay();
  }

  fetch(base.href + "hello", { credentials: "omit" }).then(function (answer) {
    return answer.json().then(function (told) {
      if (!answer.ok) throw new Error(told.error);
      if (document.body) begin(told.company);
      else addEventListener("DOMContentLoaded", function () { begin(told.company); });
    });
  }).catch(function (error) {
    console.warn("Kizuna chat is not shown: " + error.message);
  });
})();
