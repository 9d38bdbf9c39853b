// Opens a SMART Health Link as somebody else's client does, and writes what it found as one line of JSON.
//   node open-link.mjs LINK [PASSCODE] [EMBEDDED_LENGTH_MAX]
import { SHLViewer } from 'kill-the-clipboard';

const [link, passcode, embeddedLengthMax] = process.argv.slice(2);
const ask = { recipient: 'Independent client' };
if (passcode) ask.passcode = passcode;
if (embeddedLengthMax) ask.embeddedLengthMax = Number(embeddedLengthMax);
try {
  const { fhirResources, manifest } = await new SHLViewer({ shlinkURI: link }).resolveSHL(ask);
  const files = manifest?.files.map(file => (file.embedded ? 'embedded' : 'location'));
  console.log(JSON.stringify({ resources: fhirResources, files }));
} catch (error) {
  console.log(JSON.stringify({ error: error.name }));
}
