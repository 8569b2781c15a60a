// Back and Forward open the step that the address names, and without one the first tab. Where the steps are not
// on the page, it is loaded anew, as the address says it all.
() => {
  addEventListener("popstate", () => {
    const step = new URLSearchParams(location.search).get("step");
    const steps = [...document.querySelectorAll("#learn-steps input")].filter((input) => input.getClientRects().length);
    if (steps.length && step === null) document.querySelector("[role=tab]").click();
    else if (steps.length) steps.find((input) => input.value === step)?.click();
    else if (step !== null) location.reload();
  });
}
