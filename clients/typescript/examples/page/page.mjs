// Appends what is typed, and shows partition 0 as it grows. The gateway is named by ?gateway=, and admits this page's origin.
import { GatewayError, Producer, read } from "@exactly-once/client";

const gateway = new URLSearchParams(location.search).get("gateway") ?? "http://localhost:8080";
const [form, output, list] = [find("form", HTMLFormElement), find("output", HTMLOutputElement), find("ol", HTMLOListElement)];
const producer = new Producer(gateway);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = new FormData(form).get("text");
  try {
    const { offset } = await producer.send({ partition: 0, value: { text } });
    form.reset(); // the output, too
    output.value = `stored at offset ${offset}`;
  } catch (error) {
    output.value = error instanceof GatewayError ? `${error.reason}: ${error.message}` : String(error);
  }
});

for await (const { offset, value } of read(gateway, { partition: 0 })) {
  const item = document.createElement("li");
  item.textContent = `${offset}: ${JSON.stringify(value)}`;
  list.append(item);
}

/** @template {Element} E @param {string} selector @param {new () => E} type @returns {E} */
function find(selector, type) {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) {
    throw new Error(`the page has no ${selector}`);
  }
  return element;
}
