/** The container's health check: asks this container's own /healthz. Exit 0 when it answers 200. */
const port = process.env['HTTP_PORT'] ?? '8080';
try {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(4_000) });
  process.exitCode = answer.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
