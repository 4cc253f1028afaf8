const LOCAL_PART = /^(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*|"(?:[^"\\\r\n]|\\.)+")$/;
const DOMAIN_LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** `ann@example.net` out of that, `Ann <ann@example.net>` or `"Ann, B." <ann@example.net>`; undefined when SES would not take it. */
export function addressOf(mailbox: string): string | undefined {
  if (/[\r\n]/.test(mailbox)) return undefined;
  const named = /^\s*(?:"(?:[^"\\]|\\.)*"|[^"<>]*?)\s*<([^<>]*)>\s*$/.exec(mailbox);
  const address = (named?.[1] ?? mailbox).trim();
  return isAddress(address) ? address : undefined;
}

/** ASCII only: SES wants other domains in Punycode and knows no other local parts. */
function isAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  const localPart = address.slice(0, at);
  const labels = address.slice(at + 1).split('.');
  return (
    at > 0 &&
    localPart.length <= 64 &&
    address.length - at <= 256 &&
    LOCAL_PART.test(localPart) &&
    labels.length > 1 &&
    labels.every((label) => DOMAIN_LABEL.test(label))
  );
}
