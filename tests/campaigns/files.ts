import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** "Clean Rivers": an invented campaign as files, with everything the format knows. Its addresses lie in `.test`. */
export const FACTS = {
  slug: 'clean-rivers',
  title: { en: 'Clean rivers', de: 'Saubere Flüsse' },
  summary: { en: 'They are not.', de: 'Sie sind es nicht.' },
  background: { en: '## Why\n\nFish "matter".\n' },
  organiser: {
    name: 'Friends of Rivers',
    address: 'Bank 1\nAuen',
    contact: 'hello@rivers.test',
    privacy: 'https://rivers.test/privacy',
  },
  opens: '2026-11-01',
  actBefore: '2026-12-15',
  closes: '2027-01-31',
  goal: 500,
  languages: ['en', 'de'],
  blocs: { EU: 'also' },
  editing: 'own-words',
  pacePerHour: null,
  sources: ['newsletter'],
  draftOnly: ['CN'],
  reviewedBy: { en: 'Ada', de: 'Ben' },
  demonstration: true,
};

export const OFFICES = `id,country,name,office,salutation,language,email,contact_form,source,checked_on,timezone,office_de,salutation_de
fr-waters,FR,"Lefèvre, Inès",Minister of Waters,Dear Minister,fr en,minister@waters-fr.test,,https://waters-fr.test/team,2026-10-01,Europe/Paris,Ministerin für Gewässer,Sehr geehrte Frau Ministerin
de-waters,DE,"Jörg ""Jo"" Bach",Minister of Waters,Dear Minister,de,,https://waters-de.test/form?a=b,Directory,2026-10-01,,,Sehr geehrter Herr Minister
eu-waters,EU,Maja Ek,Commissioner,Dear Commissioner,en,ek@waters-eu.test,,Directory,2026-10-01,Europe/Brussels,,
`;

const SIGNATORIES = 'name,role,country\nAda Ash,MP,GB\nBen Birk,,EU\n';
const LETTER =
  'Our rivers\n\n{{recipient.salutation}},\n\nplease clean them.\n\n{{ownWords}}\n\n{{sender.name}}\n{{sender.place}}\n';

/** The campaign's files by their path below a root. */
export function riverFiles(): Record<string, string> {
  return {
    'data/campaigns/clean-rivers/campaign.json': `${JSON.stringify(FACTS, null, 2)}\n`,
    'data/campaigns/clean-rivers/recipients.csv': OFFICES,
    'data/campaigns/clean-rivers/signatories.csv': SIGNATORIES,
    'templates/letters/clean-rivers/de.hbs': LETTER,
    'templates/letters/clean-rivers/en.eu-waters.hbs': LETTER.replace('them', 'Europe’s'),
    'templates/letters/clean-rivers/en.hbs': LETTER,
    'templates/letters/clean-rivers/en.short.hbs': LETTER,
  };
}

export const CAMPAIGN = 'data/campaigns/clean-rivers/campaign.json';
export const RECIPIENTS = 'data/campaigns/clean-rivers/recipients.csv';
export const SIGNED = 'data/campaigns/clean-rivers/signatories.csv';

/** A folder that is gone when the test is over. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-campaign-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A root with these files in it. */
export function folderOf(files: Record<string, string | Uint8Array>): string {
  const root = emptyFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}
