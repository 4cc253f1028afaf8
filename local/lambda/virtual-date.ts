/**
 * Puts the virtual clock under `Date`. The offset is read from shared memory at each call, so a jump of the clock shows in
 * every function at once. Time-outs, timers and `performance` stay on the machine's own time.
 */
export function installVirtualDate(offset: SharedArrayBuffer): void {
  const RealDate = globalThis.Date;
  const cell = new BigInt64Array(offset);
  const now = () => RealDate.now() + Number(Atomics.load(cell, 0));

  // A function and not a class, because `Date()` without `new` is a text.
  function VirtualDate(...parts: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(now()).toString();
    return Reflect.construct(RealDate, parts.length === 0 ? [now()] : parts, new.target);
  }
  Object.defineProperties(VirtualDate, {
    name: { value: 'Date' },
    length: { value: RealDate.length },
    prototype: { value: RealDate.prototype },
    now: { value: now, writable: true, configurable: true },
    parse: { value: RealDate.parse, writable: true, configurable: true },
    UTC: { value: RealDate.UTC, writable: true, configurable: true },
  });
  Object.defineProperty(RealDate.prototype, 'constructor', { value: VirtualDate, writable: true, configurable: true });
  globalThis.Date = VirtualDate as unknown as DateConstructor;
}
