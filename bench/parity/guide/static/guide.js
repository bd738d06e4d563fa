// The buttons that copy a whole program. sphinx-copybutton brings the library.
document.addEventListener("DOMContentLoaded", () => {
  const copied = new ClipboardJS(".copy-program", { text: (button) => button.dataset.text });
  copied.on("success", ({ trigger }) => {
    const words = trigger.textContent;
    trigger.textContent = "Copied";
    setTimeout(() => { trigger.textContent = words; }, 2000);
  });
});
