// Copy buttons appear only where copying works; the words beside them can be selected everywhere.
const SAID = 2000; // milliseconds for which a button says that it has copied

if (navigator.clipboard) {
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const said = await navigator.clipboard.writeText(button.dataset.copy).then(() => "Copied", () => "Not copied");
      const words = button.firstChild;
      words.textContent = said;
      document.getElementById("announcer")?.replaceChildren(said);
      setTimeout(() => { words.textContent = "Copy"; }, SAID);
    });
  });
}
