// The address, which holds the whole state of a step; and which of our pictures it is about.

const field = find("input"), button = find("button");
const show = () => {
  field.value = location.href;
  button.textContent = "Copy";
};
const listener = () => (element.isConnected ? show() : removeEventListener("steg-address", listener));

function receive() {
  if (props.value) address.set({picture: props.value.picture});
}

addEventListener("steg-address", listener);
onNavigation(() => {
  if (props.value && address.get("picture") !== props.value.picture) location.reload(); // the address says it all
  show();
});
button.addEventListener("click", async () => {
  field.select();
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
  else document.execCommand("copy"); // pages without encryption have no other way
  button.textContent = "Copied";
});
watch("value", receive);
receive();
show();
