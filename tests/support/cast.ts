import type { CampaignContent, Recipient } from '../../server/domain/campaign.ts';

/** Invented people: Aoife lives in Ireland, where the minister is listed; Luca in Italy, where none is; Sam presses twice. */
export const AOIFE = {
  name: 'Aoife Ní Bhriain',
  email: 'aoife@post.example',
  place: 'Galway',
  ownWords: 'I fled in 2019.',
};
export const LUCA = { name: 'Luca Ferri', email: 'luca@post.example' };
export const SAM = { name: 'Sam Okafor', email: 'sam@post.example' };

function office(country: string, languages: string[], more: Partial<Recipient> = {}): Recipient {
  const id = `${country.toLowerCase()}-interior`;
  const email = `minister@interior-${country.toLowerCase()}.test`;
  return {
    id,
    country,
    name: `Minister of ${country}`,
    office: 'Minister of the Interior',
    salutation: 'Dear Minister',
    languages,
    email,
    offices: { de: 'Innenministerium' },
    salutations: { de: 'Sehr geehrte Damen und Herren' },
    ...more,
  };
}

const LETTER = `The vote on bees

{{date}}

{{recipient.salutation}},

I live in {{sender.place}}, {{sender.country}}, and I ask you to save the bees.

{{ownWords}}

Yours sincerely

{{sender.name}}
{{sender.place}}
`;
const SHORT = `The vote on bees

{{recipient.salutation}}, please save the bees.

{{sender.name}}
`;

/** "Save the Bees": a real campaign that is open, with offices of every kind. `facts` changes what a test is about. */
export function bees(facts: Partial<CampaignContent['facts']> = {}): CampaignContent {
  return {
    facts: {
      slug: 'save-the-bees',
      title: { en: 'Save the bees', de: 'Rettet die Bienen' },
      summary: { en: 'They are few.', de: 'Es sind wenige.' },
      background: { en: '## Why\n\nBees <b>matter</b>.' },
      organiser: {
        name: 'Friends of Bees',
        contact: 'hello@bees.example',
        address: 'Hive 1',
        privacy: 'privacy@bees.example',
      },
      opens: '2026-01-01',
      closes: '2027-12-31',
      languages: ['en', 'de'],
      blocs: { EU: 'also' },
      editing: 'own-words',
      pacePerHour: null,
      sources: ['newsletter'],
      draftOnly: ['CN'],
      reviewedBy: {},
      demonstration: false,
      ...facts,
    },
    recipients: [
      office('IE', ['en', 'ga']),
      office('DE', ['de']),
      office('FR', ['fr']),
      office('CN', ['zh']),
      office('NZ', ['en'], { email: undefined as never, contactForm: 'https://interior-nz.test/write' }),
      office('EU', ['en', 'fr'], { id: 'eu-bees', name: 'Commissioner Bee' }),
    ].map(withoutAbsent),
    signatories: [{ name: 'Mary Hive', role: 'TD', country: 'IE' }],
    texts: { en: LETTER, de: LETTER.replace('I live in', 'Ich lebe in'), 'en.short': SHORT, 'de.short': SHORT },
  };
}

function withoutAbsent(recipient: Recipient): Recipient {
  return Object.fromEntries(Object.entries(recipient).filter(([, value]) => value !== undefined)) as Recipient;
}
