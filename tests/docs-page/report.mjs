// Opens reports in a browser, reads their numbers back, and makes sure that they load nothing, fit narrow and wide screens and
// paper, and are accessible: node report.mjs VBS

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";

import { launch } from "./browser.mjs";

const REPORTS = [
  [],
  ["weekly-db", "--since", "7d"],
  // Several tables of each policy.
  ["--since", "90d"],
  // Each disk has runs without a job.
  ["nightly", "--now", "2026-01-16T06:00:00Z"],
];
const WIDTHS = [400, 1400];
const SCHEMES = ["light", "dark"];
const WORDS = { none_due: "none due" };

const [vbs] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), "vbs-report-"));
const run = (words, format, file) =>
  execFileSync(vbs, ["--sandbox", "--quiet", "report", ...words, "-o", format, "--write", join(directory, file)]);

// What a reader sees, by policy: the figures, and the state of each day of each disk.
const read = () => {
  const text = (element) => element.textContent.trim();
  const figures = (section) =>
    Object.fromEntries([...section.querySelectorAll("dd[data-figure]")].map((it) => [it.dataset.figure, text(it)]));
  const policies = [...document.querySelectorAll("section.policy")].map((section) => {
    const disks = {};
    for (const row of section.querySelectorAll(".strip tbody tr")) {
      const id = text(row.querySelector("th .id"));
      const cells = [...row.querySelectorAll("td")].map((cell) => text(cell.querySelector(".hidden")));
      (disks[id] ??= []).push(...cells);
    }
    return { id: section.dataset.policy, figures: figures(section), disks };
  });
  const number = (cell) => Number(text(cell));
  return {
    total: figures(document.querySelector(".summary")),
    policies,
    causes: [...document.querySelectorAll(".causes tbody tr")].map((row) => [
      row.dataset.code || null,
      number(row.querySelector(".number")),
    ]),
    hours: [...document.querySelectorAll(".load tbody tr")].map((row) =>
      [...row.querySelectorAll(".number")].map(number),
    ),
  };
};

const success = ({ success_percent: percent, ok, failed, timeout, skipped, missed }) =>
  percent === null
    ? "no backup ended"
    : `${percent.toFixed(1)} % of ${ok + failed + timeout + skipped + missed} backups`;

const counts = ({ jobs, ok, failed, timeout, skipped, running }) => {
  const all = [[ok, "ok"], [failed, "failed"], [timeout, "timed out"], [skipped, "skipped"], [running, "running"]];
  return [jobs, all.filter(([count]) => count > 0).map((it) => it.join(" ")).join(", ")].join(": ");
};

const compare = (seen, report) => {
  const same = (shown, figures) => {
    assert.equal(shown.success, success(figures));
    assert.equal(shown.jobs, counts(figures));
    assert.equal(shown.missed, `${figures.missed} backup${figures.missed === 1 ? "" : "s"}`);
  };
  same(seen.total, report.total);
  assert.equal(seen.policies.length, report.policies.length);
  report.policies.forEach((policy, place) => {
    const shown = seen.policies[place];
    assert.equal(shown.id, policy.policy_id);
    same(shown.figures, policy.figures);
    const days = policy.disks.map((disk) => [disk.resource_id, disk.days.map((day) => WORDS[day] ?? day)]);
    assert.deepEqual(shown.disks, Object.fromEntries(days));
  });
  assert.deepEqual(seen.causes, report.total.causes.map(({ code, jobs }) => [code, jobs]));
  assert.deepEqual(seen.hours, report.total.hours.map(({ started, running }) => [started, running]));
};

const browser = await launch();
try {
  for (const words of REPORTS) {
    const name = ["vbs", "report", ...words].join(" ");
    run(words, "html", "report.html");
    run(words, "json", "report.json");
    const report = JSON.parse(readFileSync(join(directory, "report.json"), "utf8"));
    for (const colorScheme of SCHEMES) {
      for (const width of WIDTHS) {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        const requests = [];
        const complaints = [];
        page.on("request", (request) => requests.push(request.url()));
        page.on("console", (message) => complaints.push(message.text()));
        const url = pathToFileURL(join(directory, "report.html")).href;
        await page.goto(url);
        compare(await page.evaluate(read), report);
        const scrolled = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(scrolled <= width, `${name}: the page is ${scrolled} pixels wide in ${width}`);
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(() => axe.run());
        const nodes = violations.map(({ id, nodes }) => [id, nodes[0].html, nodes[0].failureSummary]);
        assert.deepEqual(nodes, [], `${name}, ${width}, ${colorScheme}`);
        assert.deepEqual([requests, complaints], [[url], []]);
        await page.close();
      }
    }
    // On A4 paper, nothing is cut off.
    const page = await browser.newPage({ viewport: { width: 700, height: 1000 } });
    await page.goto(pathToFileURL(join(directory, "report.html")).href);
    await page.emulateMedia({ media: "print" });
    const printed = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(printed <= 700, `${name}: the printed page is ${printed} pixels wide in 700`);
    await page.close();
    console.log(`${name}: numbers read back, nothing loaded, accessible at ${WIDTHS.join(" and ")} pixels`);
  }
} finally {
  await browser.close();
  rmSync(directory, { recursive: true });
}
