// Starts the demo on a fresh data folder, signs in as its people, and measures the main pages with Lighthouse: a table of scores, and of what each page
// weighs over the wire. Ends with an error when a score is below 95 or a first view above 60 KB.
//
//   npm ci && node lighthouse.mjs [--desktop] [--language es]

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as chromeLauncher from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

const most = 60 * 1024;
const least = 0.95;
const port = 5391;
const origin = `http://localhost:${port}`;
const desktop = process.argv.includes("--desktop");
const language = process.argv.includes("--language") ? process.argv[process.argv.indexOf("--language") + 1] : "en";
const categories = ["performance", "accessibility", "best-practices"];

const data = await mkdtemp(join(tmpdir(), "rapport-lighthouse-"));
const server = spawn(new URL("../../rapport", import.meta.url).pathname, ["serve", "--demo", "--port", `${port}`, "--data", data], { stdio: ["ignore", "pipe", "inherit"] });
const chrome = await chromeLauncher.launch({
  chromePath: process.env.RAPPORT_TEST_CHROMIUM ?? "/usr/bin/chromium",
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", `--lang=${language}`],
});
const browser = await puppeteer.connect({ browserURL: `http://localhost:${chrome.port}` });
try {
  await ready();
  const tokens = JSON.parse(await readFile(join(data, "demo-tokens.json"), "utf8"));
  const [maya, lee] = [await signIn("maya", tokens), await signIn("dr-lee", tokens)];
  await share(tokens);
  const entry = await firstLink("/record?kind=results", maya, /href="(\/record\/Observation\/[^"]+)"/);
  const shared = await firstLink("/shared", lee, /href="(\/shared\/[^"?/]+)/);

  const pages = [
    ["sign-in", "/sign-in", []], ["record", "/record", maya], ["timeline", "/record/timeline", maya], ["entry", entry, maya], ["share", "/share", maya],
    ["share form", "/share/new", maya], ["who saw what", "/ledger", maya], ["circle", "/circle", maya], ["gather", "/gather", maya], ["account", "/account", maya],
    ["patients", "/shared", lee], ["shared record", shared, lee],
  ];
  let bad = 0;
  console.log(`${"page".padEnd(16)}${categories.map(name => name.padStart(16)).join("")}${"KB".padStart(8)}${"shift".padStart(8)}`);
  for (const [name, path, cookie] of pages) {
    await browser.deleteCookie(...await browser.cookies());
    await browser.setCookie(...cookie.map(one => ({ ...one, domain: "localhost", path: "/", httpOnly: true })), { name: "rapport-language", value: language, domain: "localhost", path: "/" });
    await forgetFiles();
    const { lhr } = await lighthouse(
      origin + path,
      { port: chrome.port, onlyCategories: categories, disableStorageReset: true, logLevel: "error" },
      desktop ? desktopConfig : undefined);
    const scores = categories.map(category => lhr.categories[category].score);
    const bytes = lhr.audits["total-byte-weight"]?.numericValue ?? 0;
    const shift = lhr.audits["cumulative-layout-shift"]?.numericValue ?? 0;
    console.log(`${name.padEnd(16)}${scores.map(score => `${Math.round(score * 100)}`.padStart(16)).join("")}${(bytes / 1024).toFixed(1).padStart(8)}${shift.toFixed(3).padStart(8)}`);
    for (const part of lhr.categories.accessibility?.auditRefs.filter(ref => ref.weight > 0 && lhr.audits[ref.id].score === 0) ?? []) {
      console.log(`    ${part.id}: ${lhr.audits[part.id].details?.items?.map(item => item.node?.snippet).join(" ") ?? ""}`);
    }
    if (lhr.finalDisplayedUrl !== origin + path) {
      bad++;
      console.log(`    led to ${lhr.finalDisplayedUrl}`);
    }
    if (scores.some(score => score < least) || bytes > most || shift > 0 || lhr.runtimeError) {
      bad++;
      for (const audit of Object.values(lhr.audits).filter(audit => audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== "informative")) {
        console.log(`    ${audit.id}: ${audit.displayValue ?? audit.title}`);
      }
      if (lhr.runtimeError) {
        console.log(`    ${lhr.runtimeError.message}`);
      }
    }
  }
  process.exitCode = bad > 0 ? 1 : 0;
} finally {
  await browser.disconnect();
  await chrome.kill();
  server.kill("SIGTERM");
  await new Promise(done => server.once("exit", done));
  await rm(data, { recursive: true });
}

async function ready() {
  for await (const chunk of server.stdout) {
    if (`${chunk}`.includes("demo people")) {
      return;
    }
  }
  throw new Error("the server did not start");
}

/** The cookies of a session as a demo person. */
async function signIn(name, tokens) {
  const page = await fetch(`${origin}/sign-in`);
  const cookies = page.headers.getSetCookie().map(cookie => cookie.split(";")[0]);
  const token = /name="__RequestVerificationToken" value="([^"]+)"/.exec(await page.text())[1];
  const answer = await fetch(`${origin}/sign-in`, {
    method: "POST", redirect: "manual", headers: { Cookie: cookies.join("; ") },
    body: new URLSearchParams({ name, password: tokens[name].password, __RequestVerificationToken: token }),
  });
  return answer.headers.getSetCookie().map(cookie => cookie.split(";")[0].split("=")).map(([name, value]) => ({ name, value }));
}

/** As in a browser that was never here: each page is weighed with its styles, script and icons. */
async function forgetFiles() {
  const page = await browser.newPage();
  await (await page.createCDPSession()).send("Network.clearBrowserCache");
  await page.close();
}

/** Maya shares results and conditions with her doctor, so that there is something to see. */
async function share(tokens) {
  const consent = {
    resourceType: "Consent", status: "active",
    scope: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/consentscope", code: "patient-privacy" }] },
    category: [{ coding: [{ system: "http://loinc.org", code: "59284-0" }] }],
    patient: { reference: `Patient/${tokens.maya.patient}` }, dateTime: new Date().toISOString(),
    policyRule: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "OPTIN" }] },
    provision: {
      type: "permit", actor: [{ role: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code: "IRCP" }] }, reference: { reference: tokens["dr-lee"].person } }],
      purpose: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ActReason", code: "TREAT" }],
      class: ["Observation", "Condition"].map(code => ({ system: "http://hl7.org/fhir/resource-types", code })),
    },
  };
  const answer = await fetch(`${origin}/fhir/Consent`, {
    method: "POST", headers: { Authorization: `Bearer ${tokens.maya.token}`, "Content-Type": "application/fhir+json" }, body: JSON.stringify(consent),
  });
  if (!answer.ok) {
    throw new Error(`sharing failed: ${answer.status} ${await answer.text()}`);
  }
}

async function firstLink(path, cookie, pattern) {
  const text = await (await fetch(origin + path, { headers: { Cookie: cookie.map(one => `${one.name}=${one.value}`).join("; ") } })).text();
  return pattern.exec(text)[1].replaceAll("&amp;", "&");
}
