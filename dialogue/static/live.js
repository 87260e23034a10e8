/* A live room keeps itself fresh. Without this file the page looks again by itself, or by a link.
   Asks a small address whether anything has changed; only then fetches the page and puts in the
   part that differs, unless somebody is busy with the keyboard or a button in it. */
(function () {
  var script = document.currentScript;
  var address = script.dataset.standing, mark = script.dataset.mark;
  var pause = 1000 * Number(script.dataset.every), wait = pause, late = false;

  function busy(part) {
    var at = document.activeElement;
    return at && part.contains(at) && /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
  }

  function focused(part) {
    var at = document.activeElement;
    if (!at || !part.contains(at)) return null;
    return { id: at.id, name: at.name, value: at.value, tag: at.tagName, text: at.textContent };
  }

  function again(part, was) {
    if (!was) return;
    var all = part.querySelectorAll(was.tag);
    for (var i = 0; i < all.length; i++) {
      var same = was.id ? all[i].id === was.id : all[i].name === was.name &&
        all[i].value === was.value && all[i].textContent === was.text;
      if (same) { all[i].focus({ preventScroll: true }); return; }
    }
  }

  function put(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html");
    document.querySelectorAll("[data-part]").forEach(function (part) {
      var other = fresh.querySelector('[data-part="' + part.dataset.part + '"]');
      if (!other || busy(part) || other.innerHTML === part.innerHTML) return;
      var was = focused(part), open = part.querySelectorAll("details");
      other.querySelectorAll("details").forEach(function (each, i) {
        if (open[i] && open[i].open) each.open = true;
      });
      part.replaceChildren.apply(part, Array.from(other.childNodes).map(function (node) {
        return document.importNode(node, true);
      }));
      again(part, was);
    });
  }

  function look() {
    fetch(address, { cache: "no-cache", credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error();
      return answer.json();
    }).then(function (told) {
      wait = pause;
      if (told.mark === mark && !late) return null;
      return fetch(location.href, { cache: "no-store", credentials: "same-origin" }).then(function (page) {
        if (!page.ok) throw new Error();
        return page.text();
      }).then(function (html) {
        var parts = Array.from(document.querySelectorAll("[data-part]"));
        late = parts.some(busy);
        put(html);
        mark = told.mark;
      });
    }).catch(function () { wait = Math.min(60000, 2 * wait); }).then(next);
  }

  function next() {
    setTimeout(function () { if (document.hidden) next(); else look(); }, wait * (0.8 + 0.4 * Math.random()));
  }

  next();
})();
