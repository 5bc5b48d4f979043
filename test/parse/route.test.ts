import {expect, test} from 'vitest';
import {parseRoute} from '../../source/parse/route.ts';
import {expectValuesOrParseError} from '../helpers/parser-law.ts';

// Outputs of iproute2 6.1.
const throughGateway =
	'[{"dst":"10.8.0.4","gateway":"10.9.0.1","dev":"d0","prefsrc":"10.9.0.2","flags":[],"mark":113920,"uid":0,"cache":[],"metrics":[{"mtu":1400}]}]';
const onLink =
	'[{"dst":"fd00::9","from":"::","dev":"d0","protocol":"kernel","prefsrc":"fd00::2","metric":256,"flags":[],"pref":"medium"}]';
const overIpv6 =
	'[{"dst":"10.6.0.9","via":{"family":"inet6","host":"fd00::1"},"dev":"d0","prefsrc":"10.9.0.2","flags":[],"uid":0,"cache":[]}]';
const defaults =
	'[{"dst":"default","gateway":"10.9.0.1","dev":"d0","metric":100,"flags":[]},{"dst":"default","flags":[],"nexthops":[{"gateway":"10.5.0.1","dev":"d1","weight":1,"flags":[]},{"gateway":"10.9.0.1","dev":"d0","weight":1,"flags":[]}]}]';

test('a route tells its device, addresses and path MTU', () => {
	expect(parseRoute(throughGateway, '10.8.0.4:51820')).toEqual({
		endpoint: '10.8.0.4:51820',
		device: 'd0',
		source: '10.9.0.2',
		gateway: '10.9.0.1',
		mtu: 1400,
	});
	expect(parseRoute(onLink, '[fd00::9]:1')).toEqual({endpoint: '[fd00::9]:1', device: 'd0', source: 'fd00::2'});
	expect(parseRoute(overIpv6, '10.6.0.9:1').gateway).toBe('fd00::1');
});

test('of several default routes the smallest metric counts, and of several next hops the first', () => {
	expect(parseRoute(defaults, 'default')).toEqual({endpoint: 'default', device: 'd1', gateway: '10.5.0.1'});
});

test('no route leaves the endpoint alone', () => {
	expect(parseRoute('[]', 'default')).toEqual({endpoint: 'default'});
});

test('an error message in the place of JSON is a parse error', () => {
	expect(() => parseRoute('RTNETLINK answers: Network is unreachable\n', 'x')).toThrow('ip -j route line 1: not JSON');
});

test('any text gives a route or a parse error', () => {
	expectValuesOrParseError(text => parseRoute(text, '10.8.0.4:1'), [throughGateway, onLink, overIpv6, defaults]);
});
