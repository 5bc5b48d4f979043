import {type Check, type CheckGroup, type CheckState, lacksEssential} from '../derive/checkup.ts';
import {wrapText} from './wrap.ts';

const titles: Readonly<Record<CheckGroup, string>> = {
	show: 'To show the path',
	device: 'Devices below the tunnel',
	tune: 'To tune',
	measure: 'To measure',
	step: 'Steps, as they stand now',
};

const marks: Readonly<Record<CheckState, string>> = {ok: 'ok', limited: '--', missing: 'NO'};

/** A checkup as text: by group, each line with its mark, and under it the command that mends it. With a line end at its end. */
export function formatCheckup(checks: readonly Check[], width = 120): string {
	const sections = (Object.keys(titles) as CheckGroup[]).flatMap(group => {
		const lines = checks.filter(check => check.group === group).flatMap(check => formatCheck(check, width));
		return lines.length === 0 ? [] : [[titles[group], ...lines].join('\n')];
	});
	return `${[...sections, summarise(checks)].join('\n\n')}\n`;
}

function formatCheck({id, group, state, text, mend}: Check, width: number): string[] {
	const words = group === 'step' ? `${id}: ${text}` : text;
	const lines = wrapText(words, Math.max(30, width - 6)).map(
		(line, index) => `${index === 0 ? `  ${marks[state]}` : '    '}  ${line}`,
	);
	return mend === undefined || group === 'step' ? lines : [...lines, `      → ${mend}`];
}

function summarise(checks: readonly Check[]): string {
	const missing = checks.filter(({state}) => state === 'missing').length;
	if (missing === 0) {
		return 'Nothing is missing.';
	}
	return lacksEssential(checks)
		? 'Something essential is missing: nbtop cannot show the whole path here.'
		: 'Nothing essential is missing: nbtop shows the path, but not all that it could do works here.';
}
