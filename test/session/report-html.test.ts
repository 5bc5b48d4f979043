import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {settingWords} from '../../source/commands/report.ts';
import {digestSession} from '../../source/session/digest.ts';
import {describeReport} from '../../source/session/report/document.ts';
import {formatHtml} from '../../source/session/report/html.ts';
import {plotReport} from '../../source/session/report/plots.ts';
import {createReport} from '../../source/session/report.ts';
import {makeSession} from '../helpers/evening.ts';

const digest = digestSession(makeSession());
const report = createReport(digest, settingWords);
const html = formatHtml(describeReport(report, plotReport(report, digest.figures)));

test('the page stands alone: no script, no address, nothing to load', () => {
	expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:/i);
	expect(html).toContain("default-src 'none'");
});

test('the page has a plot of softirq and load by core, throughput, and drops by layer, each with the steps', () => {
	const plots = html.split('<svg').slice(1);
	expect(plots.map(plot => /aria-label="([^"]*)"/.exec(plot)?.[1])).toEqual([
		'Softirq by core, % of its time',
		'Load by core, % of its time',
		'Throughput of the tunnels, Mbit/s',
		'Drops by layer, packets/s',
	]);
	for (const plot of plots) {
		expect(plot.match(/class="mark"/g)).toHaveLength(6);
		expect(plot).not.toContain('NaN');
	}
	expect(plots[0]?.match(/<path/g)).toHaveLength(4);
	expect(plots[3]).toContain('softnet');
});

test('what a user or a peer wrote is text, not markup', () => {
	expect(html).toContain('baseline | &#60;b&#62;before&#60;&#47;b&#62;'.replaceAll('&#47;', '/'));
	expect(html).not.toContain('<b>');
});

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** Chromium with nothing of the user's, and nobody to talk to. */
function browse(folder: string, page: string, ...args: readonly string[]) {
	const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
	const alone = ['--disable-component-update', '--disable-sync', '--disable-quic', `--user-data-dir=${folder}/profile`];
	return spawnSync(chromium ?? '', [...quiet, ...alone, ...args, `file://${page}`], {
		encoding: 'utf8',
		timeout: 100_000,
	});
}

/** Width and height of a PNG (its first chunk). */
function sizeOf(png: Buffer) {
	return {width: png.readUInt32BE(16), height: png.readUInt32BE(20)};
}

test.skipIf(chromium === undefined).for(['light', 'dark'] as const)(
	'a real browser draws the page, %s (skipped where there is no Chromium)',
	{timeout: 200_000},
	mode => {
		const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-page-'));
		onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
		const page = path.join(folder, 'report.html');
		// Chromium without a screen has no mode of its own to ask for.
		const asked = mode === 'dark' ? html.replaceAll('(prefers-color-scheme: dark)', 'all') : html;
		writeFileSync(page, asked);
		const shot = path.join(process.env.NBTOP_SHOTS ?? folder, `report-${mode}.png`);
		browse(folder, page, '--window-size=1100,2600', `--screenshot=${shot}`);
		const png = readFileSync(shot);
		expect(sizeOf(png)).toEqual({width: 1100, height: 2600});
		// A page that was not drawn is a few hundred bytes of one colour.
		expect(png.length).toBeGreaterThan(60_000);
	},
);

test.skipIf(chromium === undefined)(
	'a real browser prints the page, with every table in it (skipped where there is no Chromium)',
	{timeout: 200_000},
	() => {
		const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-page-'));
		onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
		const page = path.join(folder, 'report.html');
		writeFileSync(page, html);
		const pdf = path.join(process.env.NBTOP_SHOTS ?? folder, 'report.pdf');
		browse(folder, page, `--print-to-pdf=${pdf}`);
		expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-');
		expect(readFileSync(pdf).length).toBeGreaterThan(30_000);
		// The browser's own idea of the page: what it has parsed is what was meant.
		const {stdout} = browse(folder, page, '--dump-dom');
		expect(stdout.match(/<tr>/g)?.length).toBe(html.match(/<tr>/g)?.length);
		expect(stdout.match(/<svg/g)?.length).toBe(4);
	},
);
