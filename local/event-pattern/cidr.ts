import { BlockList, isIP } from 'node:net';
import { PatternProblem } from './problem.ts';

/** `10.0.0.0/8`, `2001:db8::/32`. Bits behind the mask are allowed; the mask must leave at least one of them. */
export function cidrTest(block: string): (text: string) => boolean {
  const [address = '', mask, ...rest] = block.split('/');
  if (mask === undefined || rest.length > 0) throw new PatternProblem("Malformed CIDR, one '/' required");
  if (!/^\d{1,3}$/.test(mask)) throw new PatternProblem('Malformed CIDR, mask bits must be an integer');
  const version = isAddress(address);
  if (version === 0) throw new PatternProblem(`Nonstandard IP address: ${address}`);
  const bits = version === 4 ? 32 : 128;
  if (Number(mask) >= bits) throw new PatternProblem(`IPv${version} mask bits must be < ${bits}`);
  const list = new BlockList();
  const family = version === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, Number(mask), family);
  return (text) => isAddress(text) === version && list.check(text, family);
}

/** 4, 6 or 0. No zone (`fe80::1%eth0`) and no IPv4 inside IPv6: event-ruler takes neither for an address. */
function isAddress(text: string): number {
  return /^[0-9a-fA-F:.]+$/.test(text) && !(text.includes(':') && text.includes('.')) ? isIP(text) : 0;
}
