// What every page of assay must be: quiet, offline, inert, legible and accessible. Each check fails with the places.
import assert from 'node:assert/strict';

import { required } from './browser.mjs';

export const widths = [375, 768, 1280];
const smallestLetters = 12;  // px

// Nothing on the console. `allowed`: of what the page cannot help, such as a policy that blocks its styles.
export function assertQuiet({ said }, allowed = () => false) {
  assert.deepEqual(said.filter((line) => !allowed(line)), []);
}

// Only the page itself is asked for, or what else of its own server is `expected`.
export function assertOffline({ asked, url }, expected = [url]) {
  assert.deepEqual(asked, expected);
}

// Texts of servers are texts: nothing of them runs, loads or points anywhere. `links`: where the page itself may point.
export async function assertInert(page, links = []) {
  const found = await page.evaluate((links) => {
    const wrong = [];
    if (window.harmed !== undefined) wrong.push('a script of a text has run');
    for (const element of document.querySelectorAll('*')) {
      const tag = element.tagName.toLowerCase();
      const called = `<${tag}> ${element.textContent.slice(0, 60)}`;
      if (['img', 'iframe', 'object', 'embed', 'form', 'base', 'link', 'frame'].includes(tag)) wrong.push(called);
      for (const { name, value } of element.attributes) {
        // The library that zooms places its parts through styles.
        if (name === 'style' && element.closest('.zoomed')) continue;
        if (name.startsWith('on') || ['src', 'srcdoc', 'style'].includes(name)) wrong.push(`${called} ${name}`);
        if (/href$/.test(name) && !value.startsWith('#') && !links.includes(value)) wrong.push(`${called} ${name}=${value}`);
      }
    }
    return wrong;
  }, links);
  assert.deepEqual(found, []);
}

// No sideways scrolling, no letters that are too small, nothing beyond the edge, no labels of a chart on each other.
// `part`: a selector of all that is looked at; without it, the page.
export async function assertLegible(page, part) {
  const found = await page.evaluate(({ smallest, part }) => {
    const wrong = [], wide = document.documentElement.clientWidth;
    const belongs = (element) => !part || element.closest(part) !== null;
    if (!part && document.documentElement.scrollWidth > wide)
      wrong.push(`the page is ${document.documentElement.scrollWidth} px wide, the window ${wide}`);
    // What scrolls by itself may be wider than the window.
    const scrolls = (element) => element.closest('.scroll, pre') !== null;
    const called = (element) => `<${element.tagName}> "${element.textContent.trim().slice(0, 50)}"`;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const shown = walker.currentNode.data.trim() && belongs(element) && element.checkVisibility() && !element.closest('title, desc');
      if (!shown) continue;
      const size = parseFloat(getComputedStyle(element).fontSize);
      if (size < smallest) wrong.push(`${called(element)} has letters of ${size} px`);
      range.selectNodeContents(walker.currentNode);
      const box = range.getBoundingClientRect();
      if (!scrolls(element) && (box.left < -0.5 || box.right > wide + 0.5))
        wrong.push(`${called(element)} reaches from ${box.left} to ${box.right} of ${wide} px`);
    }
    for (const picture of document.querySelectorAll('svg[role="img"], table.bars thead svg')) {
      if (!belongs(picture)) continue;
      const labels = [...picture.querySelectorAll('text')].map((label) => [label, label.getBoundingClientRect()]);
      labels.forEach(([one, a], i) => labels.slice(i + 1).forEach(([other, b]) => {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 0.5 && down > 4) wrong.push(`${called(one)} and ${called(other)} stand on each other`);
      }));
    }
    return wrong;
  }, { smallest: smallestLetters, part });
  assert.deepEqual(found, []);
}

// axe-core finds nothing serious or critical.
export async function assertAccessible(page) {
  await page.evaluate(required('axe-core').source);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(serious.map(({ id, nodes }) =>
    `${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} (${node.failureSummary})`).join('\n')}`), []);
}

// Opens everything that is folded, so that it is looked at, too.
export function unfold(page) {
  return page.evaluate(() => document.querySelectorAll('details').forEach((each) => { each.open = true; }));
}
