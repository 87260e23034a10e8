/* The tables made handier: notes that wait for a signal, and the timer for equal turns.
   Without this file every note can be written and kept. The service worker begins with this file too. */

/* Notes that wait on the device. An entry: key (the note's random key), scope (the meeting), pairs (the form),
   text, state: "waiting", "sent" (then only key, scope and code are left) or "refused" (with the sentence). */
self.noteQueue = (function () {
  function store(mode, act) {
    return new Promise(function (done, failed) {
      var asked = indexedDB.open("notes", 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore("queue", { keyPath: "key" }); };
      asked.onerror = function () { failed(asked.error); };
      asked.onsuccess = function () {
        var database = asked.result, deal = database.transaction("queue", mode);
        var got = act(deal.objectStore("queue"));
        deal.oncomplete = function () { database.close(); done(got.result); };
        deal.onabort = deal.onerror = function () { database.close(); failed(deal.error); };
      };
    });
  }

  var queue = {
    closed: false,
    all: function () { return store("readonly", function (s) { return s.getAll(); }); },
    put: function (entry) { return store("readwrite", function (s) { return s.put(entry); }); },
    remove: function (key) { return store("readwrite", function (s) { return s.delete(key); }); },
    fresh: function () {
      var bytes = crypto.getRandomValues(new Uint8Array(24));
      return btoa(String.fromCharCode.apply(null, bytes)).split("+").join("-").split("/").join("_");
    },
    /* The same key never becomes two notes, so trying again is safe. */
    send: function () {
      if (!self.navigator.locks) return sendAll();
      return self.navigator.locks.request("notes", sendAll);
    }
  };

  async function sendAll() {
    for (var entry of await queue.all()) if (entry.state === "waiting") await sendOne(entry);
  }

  async function sendOne(entry) {
    var response, told;
    try {
      response = await fetch(entry.address, {
        method: "POST", credentials: "omit", cache: "no-store",
        headers: { Accept: "application/json" }, body: new URLSearchParams(entry.pairs)
      });
      queue.closed = response.status === 404;
      told = await response.json();
    } catch (fault) { return; }
    if (response.ok && told.code) return queue.put({ key: entry.key, scope: entry.scope, state: "sent", code: told.code });
    if (response.status === 422) {
      return queue.put({ key: entry.key, scope: entry.scope, state: "refused", text: entry.text, sentence: told.sentence || "" });
    }
  }

  return queue;
})();

/* The page: keep the script and the empty note on the device, and send what waits. */
if (self.document && document.querySelector("script[data-scope]") && self.isSecureContext && self.indexedDB) (function () {
  var told = document.querySelector("script[data-scope]").dataset, scope = told.scope;
  var form = document.getElementById("note"), box = document.querySelector("[data-waiting]"), queue = self.noteQueue;

  function part(tag, text, name) {
    var made = document.createElement(tag);
    made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  function bar(news, parts) {
    var made = part("div", "", news === "waits" || news === "sent" ? "bar" : "bar warn");
    made.dataset.told = news;
    made.append.apply(made, parts);
    box.append(made);
  }

  function removal(entry, words) {
    var button = part("button", words, "btn alt s");
    button.type = "button";
    button.addEventListener("click", function () { queue.remove(entry.key).then(tell); });
    return button;
  }

  async function tell() {
    var mine = (await queue.all()).filter(function (entry) { return entry.scope === scope; });
    var waiting = mine.filter(function (entry) { return entry.state === "waiting"; });
    box.replaceChildren();
    if (!navigator.onLine) bar("no-signal", [part("p", box.dataset.noSignal)]);
    if (waiting.length) {
      bar("waits", [part("p", box.dataset.waits.replace("{number}", waiting.length))]);
      if (queue.closed && navigator.onLine) bar("closed", [part("p", box.dataset.closed)].concat(waiting.map(function (entry) { return part("p", entry.text, "serif"); })));
    }
    mine.forEach(function (entry) {
      if (entry.state === "sent") bar("sent", [part("p", box.dataset.sent.replace("{code}", entry.code)), part("p", box.dataset.opens), removal(entry, box.dataset.given)]);
      if (entry.state === "refused") bar("refused", [part("p", box.dataset.refused.replace("{sentence}", entry.sentence)), part("p", entry.text, "serif"), removal(entry, box.dataset.remove)]);
    });
    box.hidden = !box.childElementCount;
  }

  async function tryToSend() {
    await queue.send();
    await tell();
  }

  function lacking() {
    var fields = form.elements, words = form.dataset;
    if (!fields.table.value) return words.needsTable;
    if (!fields.text.value.trim()) return words.needsText;
    if (!fields.manner.value) return words.needsManner;
    if (fields.quotable.checked && (fields.manner.value !== "verbatim" || !fields.read_back.checked)) return words.needsReading;
    return "";
  }

  async function keep(event) {
    event.preventDefault();
    var problem = form.querySelector("[data-problem]"), sentence = lacking();
    problem.hidden = !sentence;
    problem.firstElementChild.textContent = sentence;
    if (sentence) return problem.focus();
    var fields = form.elements;
    var entry = {
      key: fields.key.value, scope: scope, address: form.getAttribute("action"), state: "waiting",
      text: fields.text.value.trim(), pairs: Array.from(new FormData(form))
    };
    try { await queue.put(entry); } catch (fault) { return form.submit(); }
    fields.key.value = queue.fresh();
    fields.text.value = "";
    fields.text.dispatchEvent(new Event("input", { bubbles: true }));
    fields.read_back.checked = fields.quotable.checked = false;
    await tell();
    await tryToSend();
    box.scrollIntoView({ block: "center" });
  }

  async function begin() {
    if (form) {
      form.addEventListener("submit", keep);
      if (!navigator.onLine) form.elements.key.value = queue.fresh();
    }
    await tryToSend();
    if (!("serviceWorker" in navigator) || !navigator.onLine) return;
    var worker = await navigator.serviceWorker.register(told.worker, { scope: scope });
    await navigator.serviceWorker.ready;
    if (worker.active) worker.active.postMessage({ keep: true });
    if (worker.sync) worker.sync.register("notes").catch(function () {});
  }

  window.addEventListener("online", tryToSend);
  window.addEventListener("offline", tell);
  setInterval(tryToSend, 60000);
  begin();
})();

/* Equal turns: a calm clock without sound. It says aloud only whose turn it is and when the time is used. */
if (self.document && document.querySelector("[data-turns]")) (function () {
  var turns = document.querySelector("[data-turns]"), words = turns.dataset;
  function find(name) { return turns.querySelector(name); }
  var now = find("[data-now]"), clock = find("[data-clock]"), bar = find("[data-bar]"), pause = find("[data-pause]");
  var people = find("#turn-people"), minutes = find("#turn-minutes"), goOn = pause.dataset.goOn, stop = pause.textContent;
  var turn = 0, used = 0, since = 0, running = false;

  function whole(field, least, most) { return Math.max(least, Math.min(most, parseInt(field.value, 10) || least)); }
  function all() { return whole(people, 1, 40); }
  function length() { return whole(minutes, 1, 30) * 60; }
  function passed() { return used + (running ? (Date.now() - since) / 1000 : 0); }

  function draw() {
    var left = Math.max(0, Math.ceil(length() - passed()));
    clock.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
    bar.value = Math.min(100, 100 * passed() / length());
    if (running && !left) { hold(); now.textContent = words.over; }
  }

  function hold() {
    used = passed();
    running = false;
    pause.textContent = goOn;
  }

  function run() {
    since = Date.now();
    running = true;
    pause.textContent = stop;
  }

  function give(number) {
    turn = number;
    used = 0;
    if (turn > all()) { running = false; turn = 0; now.textContent = words.done; return draw(); }
    now.textContent = words.turn.replace("{number}", turn).replace("{all}", all());
    run();
    draw();
  }

  find("[data-begin]").addEventListener("click", function () { give(1); });
  find("[data-next]").addEventListener("click", function () { give(turn + 1); });
  pause.addEventListener("click", function () { if (turn) { if (running) hold(); else run(); } });
  [people, minutes].forEach(function (field) { field.addEventListener("input", draw); });
  turns.hidden = false;
  document.querySelector("[data-without-script]").hidden = true;
  draw();
  setInterval(draw, 250);
})();
