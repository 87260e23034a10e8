/* The answer form without signal. Without this file the form needs the server at every press. */
(function () {
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
    if (cut) box.append(bar([line(box.dataset.noSignal)], "bar warn"));
    if (entries.some(function (entry) { return entry.state === "waiting"; })) box.append(bar([line(box.dataset.waits)]));
    entries.forEach(function (entry) {
      if (entry.state === "sent") box.append(bar([line(box.dataset.sent.replace("{code}", entry.code)), removal(entry)]));
      if (entry.state === "refused") {
        var lines = [line(box.dataset.refused.replace("{sentence}", entry.sentence))].concat(entry.said.map(line));
        box.append(bar(lines.concat(removal(entry)), "bar warn"));
      }
    });
    box.hidden = !box.childElementCount;
  }

  function bar(parts, kind) {
    var part = document.createElement("div");
    part.className = kind || "bar";
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
    if (!answers.length) { box.append(bar([line(box.dataset.empty)], "bar warn")); box.hidden = false; return; }
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

  (async function () {
    if (!("serviceWorker" in navigator)) return tell();
    var worker = await navigator.serviceWorker.register(told.worker, { scope: scope });
    var kept = form.hasAttribute("data-kept");
    if (kept) {
      var pairs = await queue.carried(scope);
      if (pairs) fill(pairs);
    }
    await withoutSignal(kept || !navigator.onLine);
    await tryToSend();
    await navigator.serviceWorker.ready;
    if (!kept && worker.active) worker.active.postMessage({ keep: true });
  })();
})();
