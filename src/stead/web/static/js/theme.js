// Sets light or dark before the first paint: what the user chose in this browser, else what the system says.
(function () {
  "use strict";
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  function stored() {
    try { return localStorage.getItem("theme"); } catch { return null; }
  }
  function apply() {
    root.setAttribute("data-bs-theme", stored() || (system.matches ? "dark" : "light"));
    document.dispatchEvent(new CustomEvent("stead:theme"));
  }
  apply();
  system.addEventListener("change", apply);
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-theme-switch]")) return;
    const next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", next); } catch { /* private window: holds for this page only */ }
    root.setAttribute("data-bs-theme", next);
    document.dispatchEvent(new CustomEvent("stead:theme"));
  });
})();
