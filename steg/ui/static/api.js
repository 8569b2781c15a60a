// The address /?view=api opens the page on the API: Gradio 6.31 loads that page by its button alone.
() => {
  if (new URLSearchParams(location.search).get("view") !== "api") return;
  const button = document.querySelector("button.show-api");
  button?.click(); // it takes the page for open already
  setTimeout(() => button?.click());
}
