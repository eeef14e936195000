// What makes the portal's pages livelier. Everything works without it.
"use strict";

// An element with data-live="ADDRESS" is fetched anew every few seconds while the page is looked at, until the answer
// has no data-live any more. What is announced to screen readers is up to the element's own aria-live.
function follow(element) {
  const address = element.dataset.live;
  const seconds = Number(element.dataset.every || 5);
  if (!address) return;
  setTimeout(async () => {
    let next = element;
    if (!document.hidden) {
      try {
        const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
        if (answer.ok) {
          const part = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(element.id);
          if (part && part.outerHTML !== element.outerHTML) {
            next = document.importNode(part, true);
            element.replaceWith(next);
          }
        }
      } catch { /* the next try may go better; the page says how old it is */ }
    }
    follow(next);
  }, seconds * 1000);
}
document.querySelectorAll("[data-live]").forEach(follow);
