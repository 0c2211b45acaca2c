// Opens /docs of a running sandbox in a browser, finds an operation, tries it, and makes sure that nobody else is asked for
// anything: node look.mjs SANDBOX-URL [SCREENSHOT.png]

import assert from "node:assert/strict";
import { createServer } from "node:http";

import { launch } from "./browser.mjs";

const SUMMARY = "List the backup jobs of a backup policy";
const [sandbox, screenshot] = process.argv.slice(2);
const { origin } = new URL(sandbox);

const browser = await launch();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  const requests = [];
  const complaints = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));

  const opened = await page.goto(`${origin}/docs`);
  assert.equal(opened.status(), 200);

  // The search knows the operation by its operationId, and leads there.
  await page.getByText("Powered by Scalar").waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").or(page.getByRole("searchbox")).last().fill("listBackupJobs");
  await page.getByRole("option", { name: SUMMARY }).click();
  await page.getByRole("heading", { name: SUMMARY }).waitFor();
  if (screenshot) await page.screenshot({ path: screenshot });

  // What is filled in works, and it is the sandbox that answers.
  await page.getByRole("button", { name: /^Test Request\s*\(get .*\/backuptasks\)$/ }).click();
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().includes("/backuptasks")),
    page.getByRole("button", { name: /^Send get request to/ }).click(),
  ]);
  assert.equal(new URL(answer.url()).origin, origin);
  assert.equal(answer.status(), 200);
  assert.equal((await answer.json()).tasks.length > 0, true);
  await page.getByText("200 OK").first().waitFor();

  assert.deepEqual(complaints, []);
  const elsewhere = requests.filter((url) => !/^(data|blob):/.test(url) && new URL(url).origin !== origin);
  assert.deepEqual(elsewhere, []);

  // The page could not ask anybody else, even if it wanted to.
  let asked = 0;
  const other = createServer((_, response) => {
    asked += 1;
    response.writeHead(200, { "Access-Control-Allow-Origin": "*" }).end();
  });
  await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${other.address().port}/`;
  const refused = await page.evaluate(async (url) => {
    const violated = new Promise((resolve) =>
      document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective), { once: true }),
    );
    return fetch(url).then(() => "fetched", () => violated);
  }, address);
  assert.equal(refused, "connect-src");
  assert.equal(asked, 0);
  other.close();
} finally {
  await browser.close();
}
console.log(`${origin}/docs: ${SUMMARY}: found, tried, nobody else asked`);
