// What a version of a document changed: values by their path, before and now.
const { DOMParser } = require('@xmldom/xmldom');
const { sha256 } = require('./signing.cjs');

const LONGEST = 4000; // characters; a longer value is told by its SHA-256
const MOST = 100;
const NOT_PROPERTIES = new Set(['Act', 'Signature']); // they say which version it is, not what it says

const parsed = (bytes) => new DOMParser().parseFromString(bytes.toString(), 'text/xml').documentElement;
const children = (element) => Array.from(element.childNodes).filter((one) => one.nodeType === 1);

// { 'Name/Ru': 'x', 'Lots/Lot[2]/Unit': '796' }: the path of each value within its document.
function properties(element, prefix = '', found = new Map()) {
  const seen = new Map();
  for (const child of children(element)) {
    const name = child.localName;
    if (!prefix && NOT_PROPERTIES.has(name)) continue;
    const place = (seen.get(name) ?? 0) + 1;
    seen.set(name, place);
    const path = prefix + (place > 1 ? `${name}[${place}]` : name);
    if (children(child).length) properties(child, path + '/', found);
    else found.set(path, child.textContent);
  }
  return found;
}

const told = (value) => (value?.length > LONGEST ? sha256(value) : value);

// A document is compared with the newest one before it that has the same root: an extension does
// not take away what the announcement said. The first of its kind brings all that it says.
function changes(bytes, earlier) {
  const root = parsed(bytes);
  const like = earlier.map(parsed).findLast((one) => one.localName === root.localName);
  const [old, now] = [like ? properties(like) : new Map(), properties(root)];
  const paths = [...new Set([...old.keys(), ...now.keys()])];
  const changed = paths.filter((path) => old.get(path) !== now.get(path)).map((path) => {
    return { Path: path, Old: told(old.get(path)), New: told(now.get(path)) };
  });
  return { first: changed.slice(0, MOST), more: changed.length - MOST };
}

module.exports = { changes };
