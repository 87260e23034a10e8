/* Possible names, numbers and addresses on a page without signal, before an answer begins to wait: the same
   patterns as the server's. The marks live on the page only; they are never stored and never sent. */
self.marks = (function () {
  var told = self.pointers;

  var lists = {};
  ["cues", "names", "noName", "noGiven"].forEach(function (name) { lists[name] = new Set(told[name].split(" ")); });

  function every(name, text) { return Array.from(text.matchAll(new RegExp(told[name], "g"))); }

  function spans(name, text) {
    return every(name, text).map(function (found) {
      return [found.index, found.index + found[0].replace(/ +$/, "").length];
    });
  }

  function named(found) {
    var start = found.index + found[0].lastIndexOf(found.groups.name);
    return [start, start + found.groups.name.length];
  }

  function cued(text) {
    var pattern = new RegExp(told.cued, "g"), found, made = [];
    while ((found = pattern.exec(text))) {
      if (!lists.cues.has(found[1].toLowerCase())) pattern.lastIndex = found.index + found[1].length;
      else if (!lists.noName.has(found.groups.name.split(" ")[0].split("-")[0])) made.push(named(found));
    }
    return made;
  }

  function surnamed(text) {
    return every("surnamed", text).filter(function (found) {
      return !lists.noGiven.has(found.groups.given) && !lists.noName.has(found.groups.given);
    }).map(named);
  }

  function known(text) {
    return every("word", text).filter(function (found) {
      return lists.names.has(found[0]) || (found[0].slice(-1) === "s" && lists.names.has(found[0].slice(0, -1)));
    }).map(function (found) { return [found.index, found.index + found[0].length]; });
  }

  function phones(text) {
    return spans("phone", text).filter(function (span) {
      return !new RegExp("^(?:" + told.noPhone + ")$").test(text.slice(span[0], span[1]).trim());
    });
  }

  /* The longest of spans that overlap, as the server chooses. */
  function apart(found) {
    var kept = [], last = null;
    found.sort(function (a, b) { return a[0] - b[0] || b[1] - a[1]; }).forEach(function (span) {
      if (!last || span[0] >= last[1]) { if (last) kept.push(last); last = span; }
      else if (span[1] - span[0] > last[1] - last[0]) last = span;
    });
    return last ? kept.concat([last]) : kept;
  }

  return {
    of: function (text) {
      return apart([].concat(
        spans("mail", text), spans("number", text), phones(text), spans("street", text), spans("postcode", text),
        spans("door", text), cued(text), surnamed(text), known(text)
      ));
    },
    without: function (text, span) {
      var before = text.slice(0, span[0]), after = text.slice(span[1]);
      if (/(^|[ \n(])$/.test(before) && /^( |$)/.test(after)) after = after.slice(1);
      else if (/ $/.test(before) && /^[.,!?;:\n)]/.test(after)) before = before.slice(0, -1);
      return before + after;
    }
  };
})();

/* The question before an answer begins to wait, or a note is kept. A second press sends it as it is. A form
   with data-asks marks while somebody writes, without taking the focus. */
if (self.document) (function () {
  var form = document.querySelector("form[data-kept], form[data-asks]"), box = document.querySelector("[data-marked]");
  if (!form || !box) return;
  var asked = "", seen = "", pause = 0;

  function fields() { return Array.from(form.querySelectorAll("textarea, input[type=text]")); }

  function part(name, text, more) { return Object.assign(document.createElement(name), { textContent: text }, more); }

  function marks() {
    return fields().reduce(function (all, field) {
      return all.concat(self.marks.of(field.value).map(function (span) {
        return { field: field, words: field.value.slice(span[0], span[1]) };
      }));
    }, []);
  }

  function show(found, again) {
    seen = JSON.stringify(found.map(function (mark) { return mark.words; }));
    box.replaceChildren(part("h2", box.dataset.heading, { tabIndex: -1 }), part("p", box.dataset.ask));
    found.forEach(function (mark) {
      var button = part("button", box.dataset.take.replace("{words}", mark.words), { type: "button", className: "btn alt s" });
      button.addEventListener("click", function () { take(mark.field, mark.words); });
      box.append(button);
    });
    box.hidden = !found.length;
    if (box.hidden || !again) return;
    box.append(part("p", box.dataset.again));
    box.querySelector("h2").focus();
  }

  function take(field, words) {
    var span = self.marks.of(field.value).find(function (each) { return field.value.slice(each[0], each[1]) === words; });
    if (span) field.value = self.marks.without(field.value, span);
    asked = said();
    show(marks(), true);
    if (box.hidden) field.focus();
  }

  function said() { return fields().map(function (field) { return field.value; }).join("\n"); }

  function quietly() {
    var found = marks();
    if (JSON.stringify(found.map(function (mark) { return mark.words; })) !== seen) show(found, false);
  }

  form.addEventListener("submit", function (event) {
    if (!event.submitter || event.submitter.value !== "send" || asked === said()) return;
    asked = said();
    show(marks(), true);
    if (!box.hidden) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);

  if (form.dataset.asks === undefined) return;
  form.addEventListener("input", function () {
    clearTimeout(pause);
    pause = setTimeout(quietly, 700);
  });
})();
