// Copy buttons appear only where copying works; the words beside them can be selected everywhere.
const SAID = 2000; // milliseconds for which a button says that it has copied

if (navigator.clipboard) {
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const words = button.firstChild;
      words.textContent = "Copied";
      document.getElementById("announcer")?.replaceChildren("Copied");
      setTimeout(() => { words.textContent = "Copy"; }, SAID);
    });
  });
}
