/* Reading aloud, and a form that works without signal. Without this file every question can be answered. */
(function () {
  var script = document.currentScript;
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

  /* The rest waits until the page is drawn and quiet: a first visit is not made heavier. */
  function load(address, next) {
    var part = document.createElement("script");
    part.src = address;
    if (next) part.onload = next;
    document.head.append(part);
  }

  if (script && script.dataset.offline && window.isSecureContext && window.indexedDB) {
    window.addEventListener("load", function () {
      (window.requestIdleCallback || setTimeout)(function () {
        load(script.dataset.queue, function () { load(script.dataset.offline); });
      });
    });
  }
})();
