import { describe, expect, test } from 'vitest';
import { canonicalAddress, parseAddress } from '../../server/domain/address.ts';
import { declaredSource, openness } from '../../server/domain/campaign.ts';
import { isToken, readCode, showCode } from '../../server/domain/confirmation.ts';
import {
  closeHoles,
  fillMarks,
  HOLE,
  letterDay,
  markValue,
  shortTextName,
  splitLetter,
  textName,
} from '../../server/domain/letter.ts';
import { Sender } from '../../server/domain/sender.ts';
import { LETTER_STATES, retryDelay, SUBMISSION_STATES } from '../../server/domain/states.ts';
import { addUp, type Move, publicTally } from '../../server/domain/tally.ts';
import { bees } from '../support/cast.ts';

describe('addresses', () => {
  test.each([
    ['sam@post.example', 'sam@post.example'],
    [' Sam.O+x@POST.Example ', 'Sam.O+x@post.example'],
    ['sam@bücher.example', 'sam@xn--bcher-kva.example'],
    [`${'x'.repeat(64)}@b.example`, `${'x'.repeat(64)}@b.example`],
    ["o'neil@b.example", "o'neil@b.example"],
  ])('%s', (typed, address) => expect(parseAddress(typed)).toEqual({ ok: true, address }));

  test.each([
    ['Sam.O+tag@Googlemail.com', 'samo@gmail.com'],
    ['s.a.m@post.example', 's.a.m@post.example'],
    ['SAM+x@post.example', 'sam+x@post.example'],
    ['sam+x@outlook.com', 'sam@outlook.com'],
  ])('%s is one mailbox with %s', (typed, canonical) => expect(canonicalAddress(typed)).toBe(canonical));
});

describe('what senders type', () => {
  const read = (fields: object) => Sender.parse({ name: 'Sam', email: 'sam@post.example', ...fields });
  test('is composed and cleaned of what cannot be seen, and of nothing else', () => {
    expect(read({ name: ' Zoe\u0308\u202e ' }).name).toBe('Zoë');
    expect(read({ name: 'می\u200cخواهم' }).name).toBe('می\u200cخواهم');
    expect(read({ ownWords: 'one\r\ntwo\u2028three\u0000\tfour' }).ownWords).toBe('one\ntwo\nthree\tfour');
    expect(read({ ownWords: 'x'.repeat(1000) }).ownWords).toHaveLength(1000);
  });
  test('words that only look like links pass', () => {
    for (const ownWords of ['I was arrested.In 2019', 'e.g. this', 'J.R. Smith', 'It ended...and then'])
      expect(read({ ownWords }).ownWords).toBe(ownWords);
  });
});

describe('letters', () => {
  test.each([
    [`Yours\n${HOLE}`, 'Yours'],
    [`a\n\n${HOLE}\n\nb`, 'a\n\nb'],
    [`I live in ${HOLE}, Ireland.`, 'I live in Ireland.'],
    [`Sam, ${HOLE}`, 'Sam'],
    [`Sam (${HOLE}) writes`, 'Sam writes'],
    [`${HOLE}, ${HOLE}\nx`, 'x'],
    ['  kept', '  kept'],
  ])('an empty value leaves no hole: %j', (filled, closed) => expect(closeHoles(filled)).toBe(closed));

  test('marks are filled by name, with nothing of them left', () => {
    const text = `Dear M,\n\n${markValue('ownWords', 'your own words')}\n\n${markValue('name', 'x')}, ${markValue('place', '')}`;
    expect(fillMarks(text, { name: 'Sam', ownWords: '' })).toBe('Dear M,\n\nSam');
    expect(fillMarks(text, { name: 'Sam', ownWords: 'a\n\nb', place: 'Cork' })).toBe('Dear M,\n\na\n\nb\n\nSam, Cork');
  });

  test('a file is a subject, a blank line and a letter', () => {
    expect(splitLetter('\ufeffS\r\n\r\na\r\nb\r\n')).toEqual({ subject: 'S', body: 'a\nb' });
    for (const text of ['S', 'S\nbody', '\n\nbody', 'S\n\n  \n']) expect(splitLetter(text)).toBeNull();
  });

  test('an office’s own letter goes before the common one, and has a short one only of its own', () => {
    const texts = { en: '', 'en.short': '', 'en.eu': '' };
    expect([textName(texts, 'en', 'eu'), textName(texts, 'en', 'ie'), textName(texts, 'de', 'ie')]).toEqual([
      'en.eu',
      'en',
      null,
    ]);
    expect([shortTextName(texts, 'en', 'eu'), shortTextName(texts, 'en', 'ie')]).toEqual([null, 'en.short']);
  });

  test('a demonstration’s letters bear its own date', () => {
    expect(letterDay(bees({ demonstration: true, opens: '2021-11-15' }).facts, '2026-11-24')).toBe('2021-11-15');
    expect(letterDay(bees().facts, '2026-11-24')).toBe('2026-11-24');
  });
});

test('a campaign is open within its dates, a demonstration beyond them', () => {
  const campaign = {
    ...bees({ opens: '2026-02-01', closes: '2026-03-01' }),
    slug: 'x',
    state: 'open' as const,
    revision: 1,
  };
  expect(['2026-01-31', '2026-02-01', '2026-03-01', '2026-03-02'].map((day) => openness(campaign, day))).toEqual([
    'early',
    'open',
    'open',
    'over',
  ]);
  expect(openness({ ...campaign, facts: { ...campaign.facts, demonstration: true } }, '2030-01-01')).toBe('open');
  expect(openness({ ...campaign, state: 'paused' }, '2026-02-01')).toBe('paused');
  expect([undefined, '', 'newsletter', 'evil'].map((source) => declaredSource(campaign.facts, source))).toEqual([
    '',
    '',
    'newsletter',
    'other',
  ]);
});

test('codes and tokens', () => {
  expect(showCode('012345')).toBe('012 345');
  expect(['012 345', '012-345', '０１２３４５', '12345', '1234567', 'abcdef'].map(readCode)).toEqual([
    '012345',
    '012345',
    '012345',
    null,
    null,
    null,
  ]);
  expect([isToken('x'.repeat(43)), isToken('x'.repeat(42)), isToken(`${'x'.repeat(42)}/`)]).toEqual([
    true,
    false,
    false,
  ]);
});

describe('states', () => {
  test('what may follow is a state, and what has ended owes nothing', () => {
    for (const table of [SUBMISSION_STATES, LETTER_STATES]) {
      for (const { owes, next } of Object.values(table)) {
        for (const each of next) expect(Object.keys(table)).toContain(each);
        if (next.length === 0) expect(owes).toBeNull();
      }
    }
  });
  test('the first retry comes within half a minute, then later and later, never after more than an hour', () => {
    expect(retryDelay(0, 0.999)).toBeLessThanOrEqual(30_000);
    expect(retryDelay(0, 0)).toBeGreaterThanOrEqual(1000);
    // Without the jitter: 30 s, then twice as long each time, up to an hour.
    let elapsed = 0;
    const spans = Array.from({ length: 10 }, () => {
      const span = retryDelay(elapsed, 1);
      elapsed += span;
      return span / 1000;
    });
    expect(spans).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
    // Full jitter (M12): any moment within the span is as likely as another.
    const tenths = Array.from({ length: 10 }, (_, i) => Math.floor(retryDelay(1_000_000, (i + 0.5) / 10) / 103_000));
    expect(new Set(tenths).size).toBe(10);
  });
});

describe('the tally', () => {
  const move = (country: string, counter: Move['counter'], n: number, day = '2026-11-24'): Move => ({
    day,
    country,
    recipient: 'r',
    source: '',
    counter,
    n,
  });
  const rows = [
    move('IE', 'sent', 25),
    move('DE', 'sent', 9),
    move('DE', 'prepared', 11, '2026-11-23'),
    move('IE', 'pending', 3),
    move('IE', 'pending', -3),
  ];

  test('adds up exactly, in all and by each side', () => {
    const tally = addUp(rows);
    expect([tally.sent, tally.prepared, tally.pending]).toEqual([34, 11, 0]);
    expect(tally.byCountry.map(({ country, sent }) => [country, sent])).toEqual([
      ['DE', 9],
      ['IE', 25],
    ]);
    expect(tally.byDay.map(({ day, prepared }) => [day, prepared])).toEqual([
      ['2026-11-23', 11],
      ['2026-11-24', 0],
    ]);
  });

  test('the public sees whole steps, and of small numbers nothing at all', () => {
    const seen = publicTally(addUp(rows));
    expect([seen.sent, seen.prepared, seen.failed]).toEqual([30, 10, null]);
    expect(seen.byCountry).toEqual([
      { country: 'DE', prepared: 10, sent: null, bounced: null },
      { country: 'IE', prepared: null, sent: 20, bounced: null },
    ]);
    expect(publicTally(addUp([move('IS', 'sent', 9)])).byCountry).toEqual([]);
  });

  test('one act more changes no public number before its step', () => {
    for (let n = 10; n < 19; n += 1)
      expect(publicTally(addUp([move('IE', 'sent', n)]))).toEqual(publicTally(addUp([move('IE', 'sent', n + 1)])));
  });
});
