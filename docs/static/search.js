// Ranks the pages for a question in plain words. Sphinx itself only finds pages that contain every word of it.
// Sphinx inserts this file after its own search, whose index, stemmer and display are used.

const FILLERS = new Set(
  "add allow build can change configure create custom customise customize different do enable get give have help how i if "
    .concat("in is it let like make may me my need of on one only or our own possible set setup should show some somebody ")
    .concat("someone something storefront tell the to up use using want way we what when where which who why without work you")
    .split(" "),
);

// How much a page is preferred: guides answer questions, records of decisions and generated pages seldom do.
const FOLDERS = [
  [/^(how-to|tutorial)\/index$/, 0.5],
  [/^(how-to|tutorial)\//, 1.5],
  [/^(faq|explanation\/)/, 1.1],
  [/^(decisions|benchmarks)\//, 0.5],
  [/^reference\/(generated\/|rest-)/, 0.5],
  [/^(contributing|upgrading|index)$/, 0.7],
];

const IN_TITLE = 3;
const IN_HEADING = 1.4;
const LENGTH = 0.35; // how much a long page, which contains almost every word, counts less

const listed = (files) => (files === undefined ? [] : Array.isArray(files) ? files : [files]);

/** The files that contain a stemmed word, or words that begin with it. */
const filesOf = (terms, word) => {
  if (Object.hasOwn(terms, word)) return new Set(listed(terms[word]));
  if (word.length < 4) return new Set();
  return new Set(Object.keys(terms).flatMap((term) => (term.startsWith(word) ? listed(terms[term]) : [])));
};

/** How many different words each file has, in relation to the average. */
const lengthsOf = (index) => {
  const lengths = new Array(index.docnames.length).fill(1);
  for (const files of Object.values(index.terms)) for (const file of listed(files)) lengths[file] += 1;
  const average = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  return lengths.map((length) => length / average);
};

const stemmer = new Stemmer();
const stemsOf = (text) => new Set(splitQuery(text.toLowerCase()).map((word) => stemmer.stemWord(word)));

const rankPages = (index, words) => {
  const lengths = lengthsOf(index);
  const titles = index.titles.map(stemsOf);
  const pages = index.docnames.map(() => ({ score: 0, found: 0 }));
  let wanted = 0;
  for (const word of words) {
    const files = filesOf(index.terms, word);
    const headings = filesOf(index.titleterms, word);
    const all = new Set([...files, ...headings]);
    if (!all.size) continue; // a word that no page contains says nothing about the pages
    const weight = Math.log(1 + index.docnames.length / (all.size + 0.5));
    wanted += weight;
    for (const file of all) {
      const place = titles[file].has(word) ? IN_TITLE : headings.has(file) ? IN_HEADING : 1;
      pages[file].score += weight * place;
      pages[file].found += weight;
    }
  }
  return pages.map(({ score, found }, file) => {
    const folder = FOLDERS.find(([pattern]) => pattern.test(index.docnames[file]));
    const covered = wanted ? found / wanted : 0;
    const long = 1 - LENGTH + LENGTH * Math.max(1, lengths[file]);
    return { file, covered, score: (score * covered ** 1.5 * (folder ? folder[1] : 1)) / long };
  });
};

Search._performSearch = (query, searchTerms, excludedTerms, highlightTerms, objectTerms) => {
  const index = Search._index;
  document.getElementById("search-progress")?.replaceChildren();
  const words = new Set([...highlightTerms].filter((word) => !FILLERS.has(word)).map((word) => stemmer.stemWord(word)));
  const excluded = new Set([...excludedTerms].flatMap((word) => [...filesOf(index.terms, word)]));
  const pages = rankPages(index, words.size ? words : searchTerms)
    .filter(({ file, covered, score }) => score > 0 && covered > 0.3 && !excluded.has(file))
    .map(({ file, score }) => [index.docnames[file], index.titles[file], "", null, score, index.filenames[file], SearchResultKind.text]);
  // The name of a class or function is found in the Python reference.
  const objects = objectTerms.size === 1 ? Search.performObjectSearch([...objectTerms][0], objectTerms) : [];
  return [...pages.sort((a, b) => a[4] - b[4]).slice(-50), ...objects.sort((a, b) => a[4] - b[4]).slice(-10)];
};
