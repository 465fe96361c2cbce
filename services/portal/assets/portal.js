// Small comforts; everything works without this file.
document.addEventListener("keydown", function (event) {
  // `/` goes to the search box, as on many sites for people who work by keyboard.
  var at = document.activeElement;
  var typing = at && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    var box = document.getElementById("q");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  }
  if (event.key === "Escape") {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) { menu.open = false; });
  }
});
