import type {SessionEvent, SessionHeader} from '../model/events.ts';
import type {SourceName} from '../model/snapshot.ts';

/** Whether the values of a field are words of the format, and never a name: a machine may be called like any of them. */
export function isFixedField(field: string): boolean {
	return Object.hasOwn(wordFields, field) || kernelFields.has(field);
}

/**
Where the name of a machine may stand in what a source gives: nowhere, among the keys (an interface may be called like a
machine), or in any text. Of the latter the keys are names of fields.
*/
export type NamePlace = 'nowhere' | 'keys' | 'texts';

export function findNamePlace(source: string): NamePlace {
	return Object.hasOwn(namePlaces, source) ? namePlaces[source as SourceName] : 'texts';
}

/** Whether a key could be the name of a field: those of the format all are, names of machines with a dash or a dot are not. */
export function isFieldName(key: string): boolean {
	return /^[a-z_]\w*$/i.test(key);
}

type IsWord<Value> = [Value] extends [never]
	? false
	: [Value] extends [string]
		? string extends Value
			? false
			: true
		: false;

type Element<Value> = Value extends readonly (infer Each)[] ? Each : Value;

/** The fields, at any depth, whose type is a list of words. */
type WordField<Value> = Value extends readonly (infer Each)[]
	? WordField<Each>
	: Value extends object
		? {
				[Name in keyof Value & string]-?: IsWord<Element<NonNullable<Value[Name]>>> extends true
					? Name
					: WordField<NonNullable<Value[Name]>>;
			}[keyof Value & string]
		: never;

/** Held by the model: this does not compile while one of them is missing. */
const wordFields: Readonly<Record<WordField<SessionHeader | SessionEvent>, true>> = {
	by: true,
	change: true,
	connection: true,
	decision: true,
	evidence: true,
	field: true,
	flow: true,
	gone: true,
	kind: true,
	severity: true,
	side: true,
	type: true,
	what: true,
	word: true,
};

/** Texts by type, but words of the kernel or of this program, which the code compares with words of its own. */
const kernelFields: ReadonlySet<string> = new Set([
	...['driver', 'operstate', 'irq', 'chip', 'loadedModules', 'architecture', 'virtualization'],
	...['status', 'daemonStatus', 'source', 'scenario', 'step', 'steps', 'id', 'cause'],
]);

const namePlaces: Readonly<Record<SourceName, NamePlace>> = {
	cpuTimes: 'nowhere',
	interrupts: 'texts',
	softirqs: 'nowhere',
	softnet: 'nowhere',
	linkStatistics: 'keys',
	protocols: 'nowhere',
	conntrack: 'nowhere',
	nicStatistics: 'keys',
	wireguard: 'texts',
	qdiscs: 'texts',
	threads: 'nowhere',
	sockets: 'texts',
	self: 'nowhere',
	machine: 'texts',
	links: 'texts',
	addresses: 'keys',
	nics: 'texts',
	irqs: 'texts',
	routes: 'texts',
	netbird: 'texts',
	sysctls: 'nowhere',
};
