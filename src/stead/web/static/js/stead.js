// What every page does: keys, search, news that goes away, answers of the server that failed.
(function () {
  "use strict";
  const $ = (selector, within) => (within || document).querySelector(selector);
  const $$ = (selector, within) => Array.from((within || document).querySelectorAll(selector));

  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  // A page's list: rows carry data-row; the marked one has aria-current="true".
  function rows() { return $$("[data-row]").filter((row) => row.offsetParent !== null); }
  function marked() { return $('[data-row][aria-current="true"]'); }
  function mark(row) {
    if (!row) return;
    $$('[data-row][aria-current="true"]').forEach((other) => other.removeAttribute("aria-current"));
    row.setAttribute("aria-current", "true");
    const link = $("a[data-main]", row) || row;
    link.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    row.dispatchEvent(new CustomEvent("stead:marked", { bubbles: true }));
  }
  function step(by) {
    const all = rows();
    const at = all.indexOf(marked());
    mark(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]);
  }
  // Presses the button that names the key: data-key="c". False when there is none to press now.
  function press(key) {
    const named = $$('[data-key~="' + CSS.escape(key) + '"]');
    const button = named.find((one) => one.offsetParent !== null && !one.disabled && !one.closest("[inert]"));
    if (button) button.click();
    return Boolean(button);
  }
  window.stead = { mark, rows, marked, step, press, isTyping };

  function searchKeys(event, input) {
    const hits = $$('#search-hits [role="option"]');
    const at = hits.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") { input.value = ""; $("#search-hits").replaceChildren(); input.setAttribute("aria-expanded", "false"); input.blur(); return; }
    if (event.key === "Enter" && at >= 0) { event.preventDefault(); hits[at].click(); return; }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (!hits.length) return;
    const next = (at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + hits.length) % hits.length;
    hits.forEach((hit, number) => hit.setAttribute("aria-selected", String(number === next)));
    if (!hits[next].id) hits[next].id = "hit-" + next;
    input.setAttribute("aria-activedescendant", hits[next].id);
    hits[next].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", function (event) {
    if (event.target.id === "search") { searchKeys(event, event.target); return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      $$("details.menu[open]").forEach((menu) => { menu.open = false; $("summary", menu).focus(); });
      return;
    }
    if (isTyping(event.target) || $("dialog[open]")) return;
    if (event.key === "/") { const box = $("#search"); if (box) { event.preventDefault(); box.focus(); box.select(); } }
    else if (event.key === "?") { const keys = $("#keys"); if (keys) keys.showModal(); }
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "Enter" && event.target.closest("[data-row]")) {
      const row = event.target.closest("[data-row]");
      if (row.dataset.open) { event.preventDefault(); window.location.assign(row.dataset.open); }
    }
    else if (press(event.key)) event.preventDefault();
  });

  document.addEventListener("click", function (event) {
    const shows = event.target.closest("[data-show-keys]");
    if (shows) $("#keys").showModal();
    $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target) || shows) menu.open = false; });
    const hits = $("#search-hits");
    if (hits && !event.target.closest(".search")) { hits.replaceChildren(); $("#search").setAttribute("aria-expanded", "false"); }
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard.writeText(copy.dataset.copy);
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id === "search-hits") $("#search").setAttribute("aria-expanded", String(event.target.childElementCount > 0));
    tidyNews();
  });
  document.addEventListener("htmx:oobAfterSwap", tidyNews);

  // News lines go after some seconds, unless somebody points at them.
  function tidyNews() {
    $$("#news .news-line:not([data-timed])").forEach(function (line) {
      line.dataset.timed = "1";
      (function later() { setTimeout(() => (line.matches(":hover, :focus-within") ? later() : line.remove()), 6000); })();
    });
  }
  tidyNews();

  function problem(kind) {
    const box = $("#problem");
    box.textContent = box.dataset[kind];
    box.hidden = false;
    setTimeout(() => { box.hidden = true; }, 8000);
  }
  document.addEventListener("htmx:sendError", () => problem("lost"));
  document.addEventListener("htmx:timeout", () => problem("lost"));
  document.addEventListener("htmx:responseError", () => problem("refused"));
  // A form that was refused comes back with its reasons (422): show it instead of an error.
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });

  // What scrolls sideways must scroll by keyboard too, so it takes the focus; what fits does not.
  function reachScrollers() {
    $$(".table-wrap, .list-card, .figures, .tabs").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else if (box.tabIndex === 0) box.removeAttribute("tabindex");
    });
  }
  reachScrollers();
  addEventListener("resize", reachScrollers);
  document.addEventListener("htmx:afterSettle", reachScrollers);
})();
