// My day: moving through the list changes the pane; what is settled leaves the list and the next one follows.
(function () {
  "use strict";
  const pane = document.getElementById("pane");
  const beside = () => pane && pane.offsetParent !== null;
  let timer = 0;
  let shown = pane && pane.querySelector("[data-pane]") ? pane.querySelector("[data-pane]").dataset.pane : "";

  function show(row, wait) {
    clearTimeout(timer);
    if (!row || !beside()) return;
    if (row.dataset.action === shown) { ready(); return; }
    // The pane still shows somebody else: its buttons rest until the marked customer is there.
    pane.inert = true;
    // Holding j down passes many rows; only the one that is stayed on is fetched.
    timer = setTimeout(function () {
      shown = row.dataset.action;
      window.htmx.ajax("GET", row.getAttribute("href"), { target: "#pane", swap: "innerHTML" });
    }, wait);
  }
  // Keys that are pressed meanwhile are meant for the customer who is about to come.
  let waiting = [];
  function ready() {
    if (!pane) return;
    pane.inert = false;
    const keys = waiting;
    waiting = [];
    keys.forEach((key) => window.stead.press(key));
  }
  document.addEventListener("keydown", function (event) {
    if (!pane || !pane.inert || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!window.stead.isTyping(event.target) && /^[a-z0-9]$/.test(event.key) && !/^[jk]$/.test(event.key)) waiting.push(event.key);
    else if (event.key === "j" || event.key === "k") waiting = [];
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.target.id === "pane" && event.target.querySelector("[data-pane]");
    if (part && part.dataset.pane === shown) ready();
  });
  document.addEventListener("htmx:responseError", () => { waiting = []; });
  document.addEventListener("stead:marked", (event) => show(event.target, 90));
  document.addEventListener("click", function (event) {
    const row = event.target.closest("a[data-row]");
    if (row && beside() && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      window.stead.mark(row);
      show(row, 0);
    }
    const way = event.target.closest("button[data-way]");
    if (way) open(way);
  });
  document.addEventListener("dblclick", function (event) {
    const row = event.target.closest("a[data-row]");
    if (row && row.dataset.open) window.location.assign(row.dataset.open);
  });

  // First click: how. It opens what may come of it; the second click is the outcome.
  function open(button) {
    const box = button.closest("[data-ways]");
    const form = document.getElementById(button.getAttribute("aria-controls"));
    const opening = form.hidden;
    box.querySelectorAll("form.way").forEach((one) => { one.hidden = true; });
    box.querySelectorAll("[data-way]").forEach((one) => one.setAttribute("aria-expanded", "false"));
    form.hidden = !opening;
    button.setAttribute("aria-expanded", String(opening));
    if (opening) (form.querySelector("button") || form).focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const button = document.querySelector('[data-way][aria-expanded="true"]');
    if (button) { open(button); button.focus(); }
  });

  document.addEventListener("stead:settled", function (event) {
    const list = document.getElementById("day-list");
    if (!list) return;
    const all = window.stead.rows().filter((row) => !row.closest(".done"));
    const at = all.findIndex((row) => row.dataset.action === event.detail.key);
    const next = at < 0 ? all[0] : all[at + 1] || all[at - 1];
    if (at >= 0) leave(all[at]);
    // Who was just settled counts as not shown: the entry can be seen again among the done.
    shown = "";
    if (next) { window.stead.mark(next); show(next, 0); } else { finished(); }
  });
  function leave(row) {
    const item = row.closest(".row-item");
    const group = row.closest(".group");
    row.removeAttribute("data-row");
    item.classList.add("is-leaving");
    const count = group.querySelector(".group-count");
    const left = group.querySelectorAll("[data-row]").length;
    count.textContent = String(left);
    setTimeout(() => { item.remove(); if (!left) group.remove(); }, 260);
  }
  function finished() {
    document.getElementById("day-empty").hidden = false;
    pane.replaceChildren();
    pane.inert = false;
    shown = "";
  }
})();
