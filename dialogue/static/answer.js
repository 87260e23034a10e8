/* The answer form made handier: answers that wait for a signal, the form without signal, reading aloud.
   Without this file every question can be answered. The service worker begins with this file too. */

/* Answers that wait on the device until there is a signal. Used by the page and by the service worker.
   An entry of the queue: key (the answer's random key), address, pairs (the form), said (its texts), state:
   "waiting", "sent" (then only key and code are left) or "refused" (with the sentence). */
self.answerQueue = (function () {
  function store(name, mode, act) {
    return new Promise(function (done, failed) {
      var asked = indexedDB.open("answers", 1);
      asked.onupgradeneeded = function () {
        asked.result.createObjectStore("queue", { keyPath: "key" });
        asked.result.createObjectStore("carried", { keyPath: "scope" });
      };
      asked.onerror = function () { failed(asked.error); };
      asked.onsuccess = function () {
        var database = asked.result, deal = database.transaction(name, mode);
        var got = act(deal.objectStore(name));
        deal.oncomplete = function () { database.close(); done(got.result); };
        deal.onabort = deal.onerror = function () { database.close(); failed(deal.error); };
      };
    });
  }

  var queue = {
    all: function () { return store("queue", "readonly", function (s) { return s.getAll(); }); },
    put: function (entry) { return store("queue", "readwrite", function (s) { return s.put(entry); }); },
    remove: function (key) { return store("queue", "readwrite", function (s) { return s.delete(key); }); },
    carry: function (scope, pairs) {
      return store("carried", "readwrite", function (s) { return s.put({ scope: scope, pairs: pairs }); });
    },
    carried: async function (scope) {
      var kept = await store("carried", "readonly", function (s) { return s.get(scope); });
      if (kept) await store("carried", "readwrite", function (s) { return s.delete(scope); });
      return kept ? kept.pairs : null;
    },
    fresh: function () {
      var bytes = crypto.getRandomValues(new Uint8Array(24));
      return btoa(String.fromCharCode.apply(null, bytes)).split("+").join("-").split("/").join("_");
    },
    /* Send everything that waits. The same key never becomes two answers, so trying again is safe. */
    send: function () {
      if (!self.navigator.locks) return sendAll();
      return self.navigator.locks.request("answers", sendAll);
    }
  };

  async function sendAll() {
    for (var entry of await queue.all()) if (entry.state === "waiting") await sendOne(entry, true);
  }

  async function sendOne(entry, mayRenew) {
    var response, told;
    try {
      response = await fetch(entry.address, {
        method: "POST", credentials: "omit", cache: "no-store",
        headers: { Accept: "application/json" }, body: new URLSearchParams(entry.pairs)
      });
      told = await response.json();
    } catch (fault) { return; }
    if (response.ok && told.code) return queue.put({ key: entry.key, state: "sent", code: told.code });
    if (response.status === 403 && told.token && mayRenew) {
      entry.pairs = entry.pairs.map(function (pair) { return pair[0] === "token" ? ["token", told.token] : pair; });
      return sendOne(entry, false);
    }
    if (response.status >= 500 || response.status === 429) return;
    return queue.put({ key: entry.key, state: "refused", said: entry.said, sentence: told.sentence || "" });
  }

  return queue;
})();

/* The answer form without signal. It begins when the page is drawn and quiet, so that a first visit is not
   made heavier. Without it the form needs the server at every press. */
if (self.document && document.querySelector("script[data-worker]") && self.isSecureContext && self.indexedDB) (function () {
  var told = document.querySelector("script[data-worker]").dataset;
  var form = document.getElementById("answer"), box = document.querySelector("[data-waiting]");
  var queue = self.answerQueue, scope = told.whole.replace(/\/alla$/, "");
  var cut = false;

  function line(text) {
    var p = document.createElement("p");
    p.textContent = text;
    return p;
  }

  async function tell() {
    var entries = await queue.all();
    box.replaceChildren();
    if (cut) box.append(bar("no-signal", [line(box.dataset.noSignal)]));
    if (entries.some(function (entry) { return entry.state === "waiting"; })) box.append(bar("waits", [line(box.dataset.waits)]));
    entries.forEach(function (entry) {
      if (entry.state === "sent") box.append(bar("sent", [line(box.dataset.sent.replace("{code}", entry.code)), removal(entry)]));
      if (entry.state === "refused") {
        var lines = [line(box.dataset.refused.replace("{sentence}", entry.sentence))].concat(entry.said.map(line));
        box.append(bar("refused", lines.concat(removal(entry))));
      }
    });
    box.hidden = !box.childElementCount;
  }

  function bar(news, parts) {
    var part = document.createElement("div");
    part.className = news === "waits" || news === "sent" ? "bar" : "bar warn";
    part.dataset.told = news;
    part.append.apply(part, parts);
    return part;
  }

  function removal(entry) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "btn alt s";
    button.textContent = box.dataset.remove;
    button.addEventListener("click", function () { queue.remove(entry.key).then(tell); });
    return button;
  }

  function withoutSignal(now) {
    cut = now && !!form.querySelector("[data-kept-only]");
    form.querySelectorAll("[data-kept-only]").forEach(function (part) { part.hidden = !cut; part.disabled = !cut; });
    form.querySelectorAll("[data-online]").forEach(function (part) { part.hidden = cut; });
    form.querySelectorAll("input[type=hidden][name=use]").forEach(function (part) { part.disabled = cut; });
    return tell();
  }

  function fill(pairs) {
    var given = {};
    pairs.forEach(function (pair) { (given[pair[0]] = given[pair[0]] || []).push(pair[1]); });
    ["token", "at", "go", "new_key", "as.layout"].forEach(function (name) { delete given[name]; });
    Object.keys(given).forEach(function (name) {
      var parts = Array.from(form.elements).filter(function (part) { return part.name === name; });
      if (!parts.length && name.indexOf("as.") === 0) {
        parts = [Object.assign(document.createElement("input"), { type: "hidden", name: name })];
        form.append(parts[0]);
      }
      var values = given[name].slice();
      parts.forEach(function (part) {
        if (part.type === "radio" || part.type === "checkbox") part.checked = given[name].indexOf(part.value) >= 0;
        else part.value = values.shift() || "";
        part.dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
  }

  async function wait() {
    var pairs = Array.from(new FormData(form)).filter(function (pair) { return pair[1] !== ""; });
    var answers = pairs.filter(function (pair) {
      return !/^(key|new_key|token|at|go|use|as\..*)$/.test(pair[0]) && pair[1] !== "0";
    });
    if (!answers.length) { box.append(bar("empty", [line(box.dataset.empty)])); box.hidden = false; return; }
    var said = Array.from(form.querySelectorAll("textarea, input[type=text]"))
      .map(function (part) { return part.value.trim(); }).filter(Boolean);
    await queue.put({
      key: form.elements.key.value, address: form.getAttribute("action"), state: "waiting", said: said,
      pairs: pairs.filter(function (pair) { return pair[0] !== "at" && pair[0] !== "new_key"; })
        .concat([["at", "check"], ["go", "send"]])
    });
    var worker = await navigator.serviceWorker.getRegistration(scope);
    if (worker && worker.sync) worker.sync.register("answers").catch(function () {});
    location.replace(told.whole);
  }

  form.addEventListener("submit", function (event) {
    if (!cut || event.defaultPrevented) return;
    event.preventDefault();
    if (event.submitter && event.submitter.value === "send") wait();
    else tell().then(function () { box.scrollIntoView(); });
  });

  async function tryToSend() {
    await queue.send();
    await tell();
  }

  window.addEventListener("online", function () { withoutSignal(false).then(tryToSend); });
  window.addEventListener("offline", function () { withoutSignal(true); });

  async function begin() {
    var kept = form.hasAttribute("data-kept");
    if (kept) told.marks.split(" ").forEach(function (file) {
      document.head.append(Object.assign(document.createElement("script"), { src: file, async: false }));
    });
    var pairs = kept && await queue.carried(scope);
    if (pairs) fill(pairs);
    await withoutSignal(kept || !navigator.onLine);
    tryToSend();
    if (kept || !("serviceWorker" in navigator)) return;
    var worker = await navigator.serviceWorker.register(told.worker, { scope: scope });
    await navigator.serviceWorker.ready;
    if (worker.active) worker.active.postMessage({ keep: true });
  }

  if (form.hasAttribute("data-kept")) begin();
  else window.addEventListener("load", function () { (window.requestIdleCallback || setTimeout)(begin); });
})();

/* Reading aloud, with a voice that the device has in the page's language. */
if (self.document) (function () {
  var button = document.querySelector("[data-read]"), speech = window.speechSynthesis;

  function voiceFor(language) {
    return speech.getVoices().find(function (voice) { return voice.lang.toLowerCase().indexOf(language) === 0; });
  }

  function pieces() {
    var column = document.querySelector("#answer > div");
    return Array.from(column.querySelectorAll("h1, h2, h3, legend, label, p, dt, dd, .go .btn")).filter(function (part) {
      return part.offsetParent && !part.closest("[hidden], .vh, .acts") && !part.querySelector("h1, h2, label, p") && part.innerText.trim();
    });
  }

  function stop() {
    speech.cancel();
    button.textContent = button.dataset.read;
    button.setAttribute("aria-pressed", "false");
  }

  function read() {
    button.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
    var parts = pieces();
    parts.forEach(function (part, i) {
      var language = part.closest("[lang]").lang, words = new SpeechSynthesisUtterance(part.innerText.trim());
      words.lang = language;
      words.voice = voiceFor(language.slice(0, 2)) || null;
      if (i === parts.length - 1) words.onend = stop;
      speech.speak(words);
    });
  }

  if (button && speech) {
    var show = function () { button.hidden = !voiceFor(document.documentElement.lang); };
    show();
    speech.addEventListener("voiceschanged", show);
    button.addEventListener("click", function () {
      if (button.getAttribute("aria-pressed") === "true") stop(); else read();
    });
    window.addEventListener("pagehide", function () { speech.cancel(); });
  }
})();
