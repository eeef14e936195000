// The hosts' pages do without this file. With it, a list filters as one types, a tap needs no new page, and what another
// host does shows within seconds. The server makes every row; nothing here turns text into HTML of its own.
"use strict";
(() => {
  const EVERY = 4000; // milliseconds
  const root = document.querySelector("[data-live]");
  if (!root) return;
  const search = document.getElementById("q");
  const said = document.getElementById("said");
  const APART = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h" };

  // As `names.fold` of the server does.
  const fold = (text) =>
    [...text.toLowerCase()].map((sign) => APART[sign] ?? sign).join("").normalize("NFKD")
      .replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();

  const filter = () => {
    if (!search) return;
    const words = fold(search.value).split(" ").filter(Boolean);
    let shown = 0;
    for (const group of root.querySelectorAll(".group")) {
      let here = 0;
      for (const row of group.querySelectorAll("[data-fold]")) {
        row.hidden = !words.every((word) => row.dataset.fold.includes(word));
        here += row.hidden ? 0 : 1;
      }
      group.hidden = here === 0;
      shown += here;
    }
    document.getElementById("nobody").hidden = shown > 0;
  };

  const sameRows = (other) => {
    const places = (from) => [...from.querySelectorAll("[data-fold]")].map((row) => `${row.parentNode.id}/${row.id}`).join();
    return places(document) === places(other);
  };

  // Take over what has changed, row by row, so that nothing moves under a finger.
  const merge = (other) => {
    const focused = document.activeElement?.closest("[data-state]")?.id;
    if (!sameRows(other)) document.getElementById("groups")?.replaceWith(other.getElementById("groups"));
    for (const part of other.querySelectorAll("[data-state]")) {
      const old = document.getElementById(part.id);
      if (old && old.dataset.state !== part.dataset.state) old.replaceWith(document.adoptNode(part));
    }
    if (focused && !document.activeElement?.closest("[data-state]"))
      document.getElementById(focused)?.querySelector("button")?.focus({ preventScroll: true });
    root.dataset.stamp = other.querySelector("[data-live]").dataset.stamp;
    filter();
  };

  const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

  let busy = false;
  const look = async () => {
    if (busy || document.hidden) return;
    try {
      const answer = await fetch(root.dataset.live, { cache: "no-store" });
      if (!answer.ok || (await answer.json()).stamp === root.dataset.stamp || busy) return;
      const page = await fetch(root.dataset.page, { cache: "no-store" });
      if (page.ok && !busy) merge(await parsed(page));
    } catch {
      // No contact: the next look may have some.
    }
  };

  const press = async (form) => {
    busy = true;
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!answer.ok) return form.submit(); // the page that says what is wrong
      const other = await parsed(answer);
      merge(other);
      said.replaceChildren(...other.getElementById("said").childNodes);
    } catch {
      const sentence = document.createElement("p");
      sentence.className = "notice bad";
      sentence.textContent = root.dataset.lost;
      said.replaceChildren(sentence);
    } finally {
      busy = false;
      button.disabled = false;
    }
  };

  root.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target.getAttribute("role") === "search") filter();
    else press(event.target);
  });
  search?.addEventListener("input", filter);
  document.addEventListener("visibilitychange", look);
  setInterval(look, EVERY);
  if (search?.value) filter();
})();
