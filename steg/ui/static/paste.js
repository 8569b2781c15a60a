// Ctrl+V anywhere on Hide and Reveal puts a picture, or a file, into the first free field in sight.
document.addEventListener("paste", (event) => {
  const { files } = event.clipboardData;
  if (!files.length || event.defaultPrevented) return;
  const input = [...document.querySelectorAll("#cover, #secret, #secret-file, #stego")]
    .filter((field) => field.offsetParent && !field.querySelector("img"))
    .map((field) => field.querySelector("input[type=file]"))
    .find(Boolean);
  if (!input) return;
  event.preventDefault();
  input.files = files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
