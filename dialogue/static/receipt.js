/* The receipt, made handier. The code in a QR address stands after "#", which a browser keeps to itself:
   it is moved into the field here and wiped from the address. Without this file the code is typed in. */
(function () {
  var field = document.querySelector("[data-code-field]");
  var code = decodeURIComponent(location.hash.slice(1)).toUpperCase();
  if (field && /^[0-9A-Z]{4}(-?[0-9A-Z]{4}){1,3}$/.test(code)) {
    field.value = code;
    history.replaceState(null, "", location.pathname + location.search);
  }

  var shown = document.getElementById("code");
  document.querySelectorAll("[data-save-code], [data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      if ("print" in button.dataset) return window.print();
      var text = button.dataset.saveCode.replace("{code}", shown.textContent.trim().split(/\s+/).join("-"));
      var link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
      link.download = button.dataset.fileName;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  });
})();
