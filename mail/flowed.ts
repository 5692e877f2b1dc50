/**
 * format=flowed (RFC 3676): lines that end in a space go on in the next. The parser's own decoder joins across quote
 * levels, which would pull quoted text into new text, so it is done here with §4.5 in mind.
 */
export function unflow(text: string, delete_space: boolean): string {
  const out: string[] = [];
  let depth = -1;
  let open = false;
  for (const line of text.split('\n')) {
    let level = 0;
    while (line[level] === '>') level += 1;
    // §4.4: one space after the quote marks, or at the start, is stuffing.
    const content = line[level] === ' ' ? line.slice(level + 1) : line.slice(level);
    const signature = content === '-- ';
    const flows = content.endsWith(' ') && !signature;
    const piece = flows && delete_space ? content.slice(0, -1) : content;
    if (open && level === depth && !signature) out[out.length - 1] += piece;
    else out.push(level === 0 ? piece : `${'>'.repeat(level)} ${piece}`);
    depth = level;
    open = flows;
  }
  return out.join('\n');
}
