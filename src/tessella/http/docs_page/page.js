"use strict";

/** An element with attributes and children; text is never read as markup. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  Object.assign(made, attributes);
  made.append(...children);
  return made;
}

/** The schema with its references put in place; a record inside itself is shown once. */
function resolved(schema, all, seen = []) {
  if (Array.isArray(schema)) return schema.map((each) => resolved(each, all, seen));
  if (schema === null || typeof schema !== "object") return schema;
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return seen.includes(name) ? { "see above": name } : resolved(all[name], all, [...seen, name]);
  }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolved(value, all, seen)]));
}

function schemaBlock(title, content, all) {
  const schema = Object.values(content ?? {})[0]?.schema;
  if (!schema) return [];
  const text = JSON.stringify(resolved(schema, all), null, 2);
  return [element("details", {}, element("summary", {}, title), element("pre", { textContent: text }))];
}

async function send(method, path, fields, body, shown) {
  const query = new URLSearchParams();
  const key = document.getElementById("key").value;
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  let target = path;
  for (const { place, name, input } of fields) {
    if (place === "path") target = target.replace(`{${name}}`, encodeURIComponent(input.value));
    else if (input.value && place === "header") headers[name] = input.value;
    else if (input.value) query.set(name, input.value);
  }
  const response = await fetch(query.size ? `${target}?${query}` : target, { method, headers, body: body?.value || undefined });
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  const tag = response.headers.get("etag");
  shown.textContent = `${response.status}${tag ? ` ETag ${tag}` : ""}\n${isJson ? JSON.stringify(JSON.parse(text), null, 2) : text}`;
}

function operationBlock(path, method, operation, all) {
  const fields = (operation.parameters ?? []).map((each) => (
    { place: each.in, name: each.name, input: element("input", { title: each.description ?? "" }) }));
  const body = operation.requestBody ? element("textarea", { rows: 6, value: "{}" }) : null;
  const shown = element("pre");
  const button = element("button", { textContent: "Send" });
  button.addEventListener("click", () => send(method.toUpperCase(), path, fields, body, shown));
  const answers = Object.entries(operation.responses).flatMap(([status, each]) => schemaBlock(`Answer ${status}`, each.content, all));
  return element("details", { id: operation.operationId },
    element("summary", {}, element("span", { className: "method" }, method.toUpperCase()), element("code", {}, path), ` ${operation.summary ?? ""}`),
    element("div", { className: "inside" },
      element("p", {}, operation.description ?? ""),
      ...schemaBlock("Body", operation.requestBody?.content, all), ...answers,
      ...fields.map(({ name, input }) => element("label", {}, `${name} `, input)),
      ...(body ? [body] : []), button, shown));
}

async function show() {
  const api = await (await fetch("/openapi.json")).json();
  document.getElementById("about").textContent = api.info.description;
  const groups = new Map();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? "other";
      groups.set(tag, [...(groups.get(tag) ?? []), operationBlock(path, method, operation, api.components.schemas)]);
    }
  }
  const sections = [...groups].map(([tag, blocks]) => element("section", {}, element("h2", {}, tag), ...blocks));
  document.getElementById("operations").replaceChildren(...sections);
}

show();
