// The handbook: j and k turn to the next and the previous clause; on a narrow screen the contents fold away.
(function () {
  "use strict";
  const side = document.querySelector(".book-side");
  if (side && matchMedia("(max-width: 1020px)").matches) side.open = false;

  function turn(by) {
    const all = Array.from(document.querySelectorAll("[data-clause]"));
    const at = all.findIndex((link) => link.getAttribute("aria-current") === "page");
    const next = all[at < 0 ? (by > 0 ? 0 : -1) : at + by];
    if (next) window.location.assign(next.href);
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || window.stead.isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "j") turn(1);
    else if (event.key === "k") turn(-1);
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
  });
  // What stands folded is printed too.
  addEventListener("beforeprint", () => document.querySelectorAll(".book-page details").forEach((one) => { one.open = true; }));
})();
