// Tells how long a fresh process takes to load a bundle, in milliseconds, and the processor time of it.
const before = process.cpuUsage();
const startedAt = performance.now();
require(process.argv[2]);
const wallMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000 }), () => process.exit(0));
