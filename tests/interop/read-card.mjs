// Reads a SMART Health Card as somebody else's program does, and writes what it found as one line of JSON.
//   node read-card.mjs < {"file": ".smart-health-card", "codes": ["shc:/..."], "issuer": "https://...", "jwks": {...}, "crls": [...]}
import { Directory, SHCReader } from 'kill-the-clipboard';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { file, codes, issuer, jwks, crls } = JSON.parse(Buffer.concat(chunks));
try {
  const issuerDirectory = Directory.fromJSON({ directory: issuer, issuerInfo: [{ issuer: { iss: issuer, name: issuer }, keys: jwks.keys, crls }] });
  const reader = new SHCReader({ publicKey: jwks.keys.find(key => key.kid === kidOf(JSON.parse(file).verifiableCredential[0])), issuerDirectory, enableQROptimization: false, strictReferences: true });
  const fromFile = await (await reader.fromFileContent(file)).asBundle();
  const fromCodes = await (await reader.fromQRNumeric(codes.length === 1 ? codes[0] : codes)).asBundle();
  console.log(JSON.stringify({ file: fromFile, codes: fromCodes }));
} catch (error) {
  console.log(JSON.stringify({ error: error.name, message: error.message }));
}

function kidOf(jws) {
  return JSON.parse(Buffer.from(jws.split('.')[0], 'base64url')).kid;
}
