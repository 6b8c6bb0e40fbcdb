import {
  boundInWords,
  type Figure,
  faultsOf,
  holds,
  inWords,
  number,
  type Outcome,
  type Scenario,
} from './scenario.ts';

/** Where and when a scenario ran in full. */
export type Circumstances = { seconds: number; date: string; machine: string; commit: string };

const HEAD = `# Torture

What the program went through, and what it did. Every figure comes from \`npm run torture\`, which writes this page;
\`npm run torture -- NAME …\` runs some of it and leaves the rest of the page as it is; \`npm test\` runs a small sample of
each. A control is the same check with something broken on purpose: where it does not fail, the check is worth nothing.

| scenario | held | figures | controls that failed as they must | seconds | date | commit |
| --- | --- | --- | --- | --- | --- | --- |
`;

/** The page with one more result in it: the scenario's row and section are written anew, all others stay. */
export function withResult(page: string, scenario: Scenario, outcome: Outcome, about: Circumstances): string {
  const rows = new Map(
    page
      .split('\n')
      .filter((line) => /^\| \[/.test(line))
      .map((line) => [/^\| \[([^\]]+)\]/.exec(line)?.[1] ?? '', line]),
  );
  const sections = new Map(
    page
      .split(/^(?=## )/m)
      .slice(1)
      .map((text) => [/^## (.+)$/m.exec(text)?.[1] ?? '', text.trim()]),
  );
  rows.set(scenario.name, row(scenario, outcome, about));
  sections.set(scenario.name, section(scenario, outcome, about));
  const sorted = (map: Map<string, string>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  return `${HEAD}${sorted(rows).join('\n')}\n\n${sorted(sections).join('\n\n')}\n`;
}

function row({ name }: Scenario, outcome: Outcome, { seconds, date, commit }: Circumstances): string {
  const { figures, controls } = outcome;
  const held = faultsOf(outcome).length === 0 ? 'yes' : '**no**';
  const failed = controls.filter(({ figure }) => !holds(figure)).length;
  const cells = [
    `[${name}](#${name})`,
    held,
    `${figures.filter(holds).length} of ${figures.length}`,
    `${failed} of ${controls.length}`,
    number(seconds),
    date,
    commit,
  ];
  return `| ${cells.join(' | ')} |`;
}

function section({ name, did }: Scenario, outcome: Outcome, about: Circumstances): string {
  const line = (figure: Figure) =>
    `| ${figure.what} | ${number(figure.value)} | ${boundInWords(figure.bound)} | ${holds(figure) ? 'yes' : '**no**'} |`;
  return [
    `## ${name}`,
    '',
    did.full,
    '',
    '| figure | value | must be | holds |',
    '| --- | --- | --- | --- |',
    ...outcome.figures.map(line),
    '',
    ...outcome.controls.map(
      ({ broken, figure }) => `- Control: ${broken}. ${holds(figure) ? 'NOT NOTICED: ' : 'Found: '}${inWords(figure)}.`,
    ),
    '',
    `${about.date}, commit ${about.commit}, ${number(about.seconds)} s on ${about.machine}.`,
  ].join('\n');
}
