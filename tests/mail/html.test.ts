import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unflow } from '../../mail/flowed.ts';
import { htmlToPlain } from '../../mail/html.ts';
import { stripTags } from '../../mail/strip-tags.ts';
import { cpuCost } from '../support/cost.ts';

describe('HTML becomes the text a reader sees', () => {
  test.each([
    ['<p>Bonjour,</p><p>ma carte</p>', 'Bonjour,\nma carte'],
    ['un<br>deux<br/>trois', 'un\ndeux\ntrois'],
    ['<title>x</title><style>p{}</style><script>y</script>z', 'z'],
    ['<a href="https://x.example">ici</a>', 'ici'],
    ['30&nbsp;&euro; &lt; 40&nbsp;€', '30 € < 40 €'],
    ['<table><tr><td>De :</td><td>X</td></tr><tr><td>À :</td><td>Y</td></tr></table>', /De : X ?\nÀ : Y/],
    ['<blockquote type="cite">cité<blockquote>plus haut</blockquote></blockquote>', '> cité\n> > plus haut'],
    ['<blockquote style="margin:0 0 0 40px;border:none;padding:0">retrait</blockquote>', 'retrait'],
    ['<h1>Titre</h1>', 'Titre'],
    ['<body>dedans</body>dehors', /dedans\s*dehors/],
  ])('%s', (html, text) =>
    typeof text === 'string' ? expect(htmlToPlain(html)).toBe(text) : expect(htmlToPlain(html)).toMatch(text),
  );
});

describe('HTML that the conversion must not be given goes through the plain stripper', () => {
  test.each([
    ['200,000 nested divisions', `${'<div>'.repeat(200_000)}texte`],
    ['60,000 nested tables', `${'<table><tr><td>'.repeat(60_000)}texte`],
    ['60,000 nested lists', `${'<ul><li>'.repeat(60_000)}texte`],
    ['four megabytes', `texte${'<i>x</i>'.repeat(500_000)}`],
  ])('%s', (_, html) => expect(htmlToPlain(html)).toContain('texte'));

  test.each([
    ['<style>a</style>b', 'b'],
    ['<STYLE>a</STYLE>b', 'b'],
    ['<style>a sans fin', 'a sans fin'],
    ['a < b et c', 'a < b et c'],
    ['<!-- x -->a<!-- y', 'a'],
    ['&#233;&#xE9;&eacute;&inconnu;', 'ééé&inconnu;'],
    ['&#xD800;x', 'x'],
    ['<p', ''],
  ])('%s', (html, text) => expect(stripTags(html)).toBe(text));

  test.each([
    ['opened styles', '<style>'],
    ['closed nothing', '<style></'],
    ['comments', '<!--'],
    ['beginnings', '<a'],
    ['ampersands', '&'],
    ['less-than signs', '<'],
    ['titles of any case', '<TiTle>'],
  ])('%s: sixteen times the text costs nothing like 256 times', (_, piece) => {
    const [small, large] = [piece.repeat(10_000), piece.repeat(160_000)];
    // 1 ms of slack for what the machine adds to the small one.
    expect(cpuCost(() => stripTags(large))).toBeLessThan(90 * (cpuCost(() => stripTags(small)) + 1));
  });

  test('any tags give text and no error', () => {
    const piece = fc.constantFrom(
      '<p>',
      '</p>',
      '<',
      '>',
      '&',
      'a',
      ' ',
      '"',
      '<blockquote>',
      '<td',
      '<!--',
      '-->',
      '<style>',
      '&#x41;',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(htmlToPlain(pieces.join('')).isWellFormed()).toBe(true);
        expect(stripTags(pieces.join('')).isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('format=flowed (RFC 3676)', () => {
  test.each([
    ['un \ndeux', false, 'un deux'],
    ['un \ndeux', true, 'undeux'],
    ['un\ndeux', false, 'un\ndeux'],
    // The depth changes: the paragraph ends, whatever the space says.
    ['mon texte \n> cité', false, 'mon texte \n> cité'],
    ['> un \n> deux', false, '> un deux'],
    ['> un \n>> deux', false, '> un \n>> deux'],
    // Stuffed space.
    [' >pas cité', false, '>pas cité'],
    ['fin \n-- \nMarie', false, 'fin \n-- \nMarie'],
  ])('%j', (text, delete_space, expected) => expect(unflow(text, delete_space)).toBe(expected));
});
