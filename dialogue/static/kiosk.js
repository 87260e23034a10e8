/* A device that several people use: nothing of an answer stays on it. Every press swaps the page in place,
   so the browser's history holds nothing to go back to; after 90 quiet seconds the screen is cleared. */
(function () {
  var warnAfter = 60000, clearAfter = 90000;
  var warning, clearing;

  function start() { return document.querySelector("[data-shared]").dataset.shared; }
  function clear() { location.replace(start()); }

  function awake(event) {
    var warned = document.querySelector("[data-forgetting]:not([hidden])");
    if (warned && event && (event.type === "pointermove" || event.type === "scroll")) return;
    clearTimeout(warning);
    clearTimeout(clearing);
    var bar = document.querySelector("[data-forgetting]");
    if (bar) bar.hidden = true;
    warning = setTimeout(function () {
      var shown = document.querySelector("[data-forgetting]");
      document.querySelector("main").prepend(shown);
      shown.hidden = false;
      shown.scrollIntoView({ block: "nearest" });
    }, warnAfter);
    clearing = setTimeout(clear, clearAfter);
  }

  function run(parsed) {
    parsed.querySelectorAll("script[src]").forEach(function (old) {
      var address = old.getAttribute("src");
      if (/kiosk\.js/.test(address)) return;
      var part = document.createElement("script");
      part.src = address;
      document.body.append(part);
    });
  }

  function swap(html) {
    var parsed = new DOMParser().parseFromString(html, "text/html");
    document.title = parsed.title;
    document.documentElement.lang = parsed.documentElement.lang;
    var scripts = parsed.cloneNode(true);
    parsed.querySelectorAll("script").forEach(function (part) { part.remove(); });
    document.body.replaceWith(document.adoptNode(parsed.body));
    run(scripts);
    dress();
    window.scrollTo(0, 0);
    (document.querySelector("[autofocus]") || document.getElementById("main")).focus();
  }

  function dress() {
    document.querySelectorAll("[data-forget]").forEach(function (button) { button.hidden = false; });
  }

  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented || event.target.id !== "answer") return;
    event.preventDefault();
    var form = event.target, pressed = event.submitter;
    var body = new URLSearchParams(new FormData(form));
    if (pressed && pressed.name) body.append(pressed.name, pressed.value);
    var address = (pressed && pressed.getAttribute("formaction")) || form.getAttribute("action");
    fetch(address, { method: "POST", credentials: "omit", cache: "no-store", headers: { Accept: "text/html" }, body: body })
      .then(function (response) { return response.text(); })
      .then(swap)
      .catch(function () {
        var bar = document.querySelector("[data-forgetting]"), said = document.createElement("p");
        said.setAttribute("role", "alert");
        said.textContent = bar.dataset.noSignal;
        form.prepend(said);
      });
  });

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a");
    if (event.target.closest("[data-forget]")) clear();
    if (link && link.getAttribute("href") === start()) { event.preventDefault(); clear(); }
  });
  ["click", "keydown", "input", "pointermove", "scroll"].forEach(function (kind) {
    document.addEventListener(kind, awake, { passive: true });
  });
  window.addEventListener("pageshow", function (event) { if (event.persisted) clear(); });
  window.addEventListener("pagehide", function () { document.body.replaceChildren(); });
  dress();
  awake();
})();
