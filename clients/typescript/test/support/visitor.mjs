// Joins the page of the example in a browser, behind its own module: types a text, and posts what the page shows when it is there.
const form = document.querySelector("form");
const output = document.querySelector("output");
form.elements.namedItem("text").value = "typed";
form.requestSubmit();
const timer = setInterval(() => {
  const items = [...document.querySelectorAll("li")].map((item) => item.textContent);
  if (output.value !== "" && items.some((item) => item.includes("typed"))) {
    clearInterval(timer);
    void fetch("/", { method: "POST", body: JSON.stringify({ output: output.value, items }) });
  }
}, 100);
