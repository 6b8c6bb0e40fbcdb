import pino, { type DestinationStream } from 'pino';

/** What a line of the log may hold beside its sentence: what happened where, and to which row. Nothing else is written, whoever hands it over. */
const FIELDS = new Set([
  ...['method', 'route', 'status', 'ms', 'fault', 'at'],
  ...['campaign', 'recipient', 'submission', 'letter', 'kind', 'outcome', 'vendor'],
]);

/** The log of this process, JSON a line. Errors, requests and answers that libraries log lose all but their sentence. */
export function openLog(level: string, to: DestinationStream = pino.destination(2)) {
  const allowed = (line: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(line).filter(([name]) => FIELDS.has(name)));
  const log = pino(
    {
      level,
      base: null,
      formatters: { log: allowed },
      hooks: {
        // An error that is logged alone would lend the line its message, which may hold what somebody typed.
        logMethod(args, method) {
          const [first] = args;
          if (first instanceof Error && args.length === 1) method.call(this, first.name);
          else method.apply(this, args);
        },
      },
    },
    to,
  );
  // What a child adds to each of its lines passes no formatter.
  const { child } = log;
  log.child = function (this: typeof log, bindings, options) {
    return child.call(this, allowed(bindings), options);
  } as typeof child;
  return log;
}
