// The customer page: opens and closes the sheet in which a contact is logged.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    const opens = event.target.closest("[data-opens]");
    if (opens) document.getElementById(opens.dataset.opens).showModal();
    const closes = event.target.closest("[data-closes]");
    if (closes) closes.closest("dialog").close();
    // A click beside the sheet closes it, unless something was written.
    if (event.target.matches("dialog.sheet") && !event.target.querySelector("textarea").value) event.target.close();
  });
  // A sheet that the server refused comes back open, with what was entered.
  document.querySelectorAll("dialog[data-open]").forEach((dialog) => dialog.showModal());
})();
