"use strict";
// Without this script the text is selected and copied by hand; the buttons are hidden until it runs.
for (const button of document.querySelectorAll("button[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  const said = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // a file opened from disk has no clipboard of its own in some browsers
    }
    said.textContent = "Kopierat";
    setTimeout(() => { said.textContent = ""; }, 3000);
  });
}
