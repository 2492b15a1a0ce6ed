/* Kizuna chat: <script src="https://desk.example/widget/loader.js" data-site="ks_…" async></script>
   Puts a chat button on the page; the chat itself lives in an iframe of the desk, made when it is first opened.
   Pages steer it by window.Kizuna: docs/widget.md. */
(function () {
  "use strict";
  var script = document.currentScript, early = window.Kizuna;
  if (!script || (early && !Array.isArray(early))) return;

  var base = new URL(".", script.src), site = script.dataset.site || "", words = {};
  var query = "lang=" + encodeURIComponent(script.dataset.lang || navigator.language || "") + "&site=" + encodeURIComponent(site);
  var look = { side: "right", offset: 20, full: true, light: ["#1e5b7b", "#fff"] };
  var phone = matchMedia("(max-width: 480px)"), dark = matchMedia("(prefers-color-scheme: dark)");
  var button, dot, shape, frame, ready = false, isOpen = false, unread = 0, wanted = null, jwt = null, listeners = {};

  // The page's own style sheet may say anything about buttons and iframes: important inline styles win over it.
  function style(element, rules) {
    for (var name in rules) element.style.setProperty(name, rules[name], "important");
  }

  function remember(name, value) {
    name = "kizuna-" + (site && site + "-") + name;
    try {
      if (value) sessionStorage.setItem(name, value);
      return sessionStorage.getItem(name);
    } catch (refused) {
      return null;
    }
  }

  function tell(state) {
    if (ready) frame.contentWindow.postMessage(state, base.origin);
  }

  function tellState() {
    tell({ kizuna: isOpen ? "shown" : "hidden", kept: remember("kept"), jwt: jwt });
  }

  function happened(event, detail) {
    (listeners[event] || []).slice().forEach(function (listener) {
      try {
        listener(detail || {});
      } catch (error) {
        console.error(error);
      }
    });
  }

  function icon() {
    var space = "http://www.w3.org/2000/svg";
    var svg = document.createElementNS(space, "svg");
    shape = document.createElementNS(space, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    shape.setAttribute("d", "M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zm3 5v2h10V9z");
    svg.setAttribute("width", "26");
    svg.setAttribute("height", "26");
    svg.appendChild(shape);
    var holder = document.createElement("span"); // a shadow root: style sheets can even unset the shape of a path
    holder.setAttribute("aria-hidden", "true");
    style(holder, { all: "initial", display: "block", width: "26px", height: "26px" });
    holder.attachShadow({ mode: "closed" }).appendChild(svg);
    return holder;
  }

  function edge(rules, bottom) {
    rules[look.side] = look.offset + "px";
    rules.bottom = look.offset + bottom + "px";
    return rules;
  }

  function makeButton(company) {
    button = document.createElement("button");
    button.type = "button";
    button.title = words.launch + " – " + company;
    style(button, edge({
      all: "initial", position: "fixed", width: "56px", height: "56px", padding: "15px", "box-sizing": "border-box",
      "border-radius": "50%", cursor: "pointer", "box-shadow": "0 3px 14px rgba(0,0,0,.28)", "z-index": "2147483000"
    }, 0));
    dot = document.createElement("span");
    style(dot, {
      all: "initial", position: "absolute", top: "2px", right: "2px", width: "14px", height: "14px", display: "none",
      "border-radius": "50%", background: "#d1344b", "box-shadow": "0 0 0 2px #fff"
    });
    button.append(icon(), dot);
    button.addEventListener("click", api.toggle);
    button.addEventListener("focus", function () {
      var on = button.matches(":focus-visible");
      if (on) style(button, { outline: "3px solid " + shape.getAttribute("fill"), "outline-offset": "-6px" });
    });
    button.addEventListener("blur", function () { style(button, { outline: "none" }); });
    document.body.appendChild(button);
  }

  function makeFrame() {
    frame = document.createElement("iframe");
    frame.title = words.frame;
    frame.src = base.href + "frame?" + query + "&origin=" + encodeURIComponent(location.origin)
      + (jwt ? "&named=1" : "");
    frame.addEventListener("load", function () { ready = true; tellState(); });
    lay();
    document.body.appendChild(frame);
  }

  function lay() {
    var colours = (dark.matches && look.dark) || look.light, full = phone.matches && look.full;
    if (frame) {
      style(frame, { all: "initial", position: "fixed", border: "0", "z-index": "2147483001", "color-scheme": "light dark" });
      style(frame, full
        ? { top: "0", left: "0", width: "100%", height: "100dvh" }
        : edge({
          width: "min(392px, calc(100vw - " + 2 * look.offset + "px))", "border-radius": "14px",
          height: "min(660px, calc(100vh - " + (2 * look.offset + 68) + "px))", "box-shadow": "0 10px 40px rgba(0,0,0,.3)"
        }, 68));
      style(frame, { display: isOpen ? "block" : "none" });
    }
    style(button, { background: colours[0], display: isOpen && full ? "none" : "block" });
    shape.setAttribute("fill", colours[1]);
    style(dot, { display: unread && !isOpen ? "block" : "none" });
    button.setAttribute("aria-label", isOpen ? words.close : unread ? words.launch + " – " + words.unread : words.launch);
    button.setAttribute("aria-expanded", String(isOpen));
  }

  function show(open) {
    if (!button) wanted = open;
    if (!button || open === isOpen) return;
    isOpen = open;
    if (open) unread = 0;
    if (open && !frame) makeFrame();
    lay();
    remember("chat", open ? "open" : "closed");
    tellState();
    (open ? frame : button).focus();
    happened(open ? "opened" : "closed");
  }

  var api = {
    open: function () { show(true); },
    close: function () { show(false); },
    toggle: function () { show(!(button ? isOpen : wanted)); },
    identify: function (token) {
      jwt = String(token);
      tell({ kizuna: "identify", jwt: jwt });
    },
    logout: function () {
      jwt = null;
      tell({ kizuna: "logout" });
    },
    on: function (event, listener) {
      (listeners[event] = listeners[event] || []).push(listener);
      if (event === "ready" && button) listener({});
    },
    off: function (event, listener) {
      listeners[event] = (listeners[event] || []).filter(function (one) { return one !== listener; });
    },
    push: function (call) {
      if (Array.isArray(call) && call[0] !== "push" && Object.prototype.hasOwnProperty.call(api, call[0])) api[call[0]].apply(api, call.slice(1));
      else console.warn("Kizuna chat: there is no " + call);
    }
  };
  window.Kizuna = api;
  if (early) early.forEach(api.push);

  addEventListener("message", function (event) {
    if (!frame || event.origin !== base.origin || event.source !== frame.contentWindow || !event.data) return;
    var data = event.data;
    if (data.kizuna === "close") show(false);
    // Browsers that refuse storage to frames of other sites: this page keeps the frame's token until the tab closes.
    if (data.kizuna === "keep") remember("kept", String(data.kept));
    if (data.kizuna === "unread" && !isOpen) {
      unread += 1;
      lay();
      happened("unread", { count: unread });
    }
    if (data.kizuna === "message") happened("message", { from: data.from });
    if (data.kizuna === "handoff") happened("handoff");
    if (data.kizuna === "refused") {
      jwt = null;
      console.warn("Kizuna chat: the customer is not identified. " + data.why);
    }
  });

  function begin(told) {
    if (told.light) look = told;
    words = told.words;
    if (look.launcher) words.launch = look.launcher;
    makeButton(look.title || told.company);
    phone.addEventListener("change", lay);
    dark.addEventListener("change", lay);
    var before = remember("chat");
    isOpen = before === "open" && !phone.matches;
    if (before) makeFrame();
    lay();
    happened("ready");
    if (wanted !== null) show(wanted);
  }

  fetch(base.href + "hello?" + query, { credentials: "omit" }).then(function (answer) {
    return answer.json().then(function (told) {
      if (!answer.ok) throw new Error(told.error);
      if (document.body) begin(told);
      else addEventListener("DOMContentLoaded", function () { begin(told); });
    });
  }).catch(function (error) {
    console.warn("Kizuna chat is not shown: " + error.message);
  });
})();
