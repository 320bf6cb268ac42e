// What the page does beyond its forms and links, all of which work without it.
"use strict";

document.documentElement.classList.add("scripted");
const token = document.querySelector('meta[name="token"]')?.content ?? "";

// Narrows tiles while somebody types, and says how many are left.
function filterTiles() {
  const inputs = [...document.querySelectorAll("[data-filter]")];
  const tiles = inputs.length ? document.getElementById(inputs[0].dataset.filter) : null;
  const count = document.getElementById("count");
  if (!tiles || !count) return;
  const told = count.textContent.replace(/^\d+ of \d+ /, "");
  const search = inputs.find((one) => one.type === "search");
  const category = inputs.find((one) => one.name === "category");
  function narrow() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const tile of tiles.children) {
      const isAlways = tile.classList.contains("add");
      const hasWords = words.every((word) => tile.dataset.words.includes(word));
      const isOfCategory = !category?.value || tile.dataset.category === category.value;
      tile.hidden = !isAlways && !(hasWords && isOfCategory);
      if (!isAlways && !tile.hidden) left += 1;
    }
    count.textContent = `${left} of ${count.dataset.of} ${told}`;
  }
  // What the server left out has to be asked for.
  if (Number(count.textContent.split(" ")[0]) === Number(count.dataset.of)) {
    for (const one of inputs) one.addEventListener("input", narrow);
    search.form.addEventListener("submit", (event) => event.preventDefault());
  } else {
    document.documentElement.classList.remove("scripted");
  }
}

// Shows a field only where another has the value by which it is asked for.
function followConditions() {
  for (const field of document.querySelectorAll("[data-when]")) {
    const other = document.getElementById(`f-${field.dataset.when}`);
    const values = field.dataset.values.split(" ").filter(Boolean);
    if (!other) continue;
    const follow = () => {
      field.hidden = values.length ? !values.includes(other.value) : !other.value;
    };
    other.addEventListener("input", follow);
    follow();
  }
}

// Says that a provider is being asked, and lets no form be sent twice.
function tellBusy() {
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
      const busy = form.querySelector(".busy");
      if (busy && form.dataset.asks) busy.textContent = `Asking ${form.dataset.asks} …`;
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form")) delete form.dataset.sent;
  });
}

const kinds = { accepted: "good", rejected: "bad", expired: "bad", damaged: "bad", "": "plain", unsupported: "plain" };

function lineOf(line) {
  const item = document.createElement("li");
  item.className = kinds[line.status] ?? "careful";
  const name = document.createElement(line.href ? "a" : "strong");
  if (line.href) name.href = line.href;
  name.textContent = line.name;
  const said = document.createElement("span");
  said.className = "said-of";
  said.textContent = line.said;
  item.append(name, " ", said);
  return item;
}

// Follows what goes on until it is over.
async function followJob() {
  const job = document.getElementById("job");
  if (!job?.dataset.progress) return;
  const said = document.getElementById("job-said");
  const lines = document.getElementById("job-lines");
  const bar = document.getElementById("bar");
  let seen = Number(job.dataset.seen);
  for (;;) {
    const answer = await fetch(`${job.dataset.progress}?since=${seen}`, { headers: { "X-Nexcred-Token": token } });
    if (!answer.ok) break;
    const now = await answer.json();
    for (const line of now.lines) lines.append(lineOf(line));
    if (now.lines.length && now.total) said.textContent = `${now.done} of ${now.total}`;
    if (bar) bar.value = now.done;
    seen = now.done;
    if (now.state !== "running") {
      said.textContent = now.state === "over" ? `Done: ${now.said}` : now.said;
      document.getElementById("job-hint").textContent = now.hint ?? "";
      if (now.leads_to) location.assign(now.leads_to);
      return;
    }
    await new Promise((resume) => setTimeout(resume, 400));
  }
  said.textContent = "nexcred does not answer any more: is it still running?";
}

filterTiles();
followConditions();
tellBusy();
followJob().catch(() => {
  document.getElementById("job-said").textContent = "nexcred does not answer any more: is it still running?";
});
// What is wrong, or was found out, is read first.
document.querySelector("#problems, #verdict[role=status]")?.focus();
