namespace Rapport.Fhir.Tests;

/// <summary>Made-up resources that together use most of what JSON and R4 have.</summary>
internal static class Samples
{
    public const string Patient = """
        {
          "resourceType": "Patient",
          "id": "p-1",
          "meta": { "profile": ["http://example.org/profile|1"], "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY" }] },
          "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class=\"x\">J\u00fcrgen <b>Test</b> &amp; <a href=\"Observation/o-1\">more<\/a></p></div>" },
          "contained": [
            { "resourceType": "Organization", "id": "org", "name": "Clinic \"North\"" }
          ],
          "extension": [
            { "url": "http://example.org/a", "extension": [{ "url": "b", "valueDecimal": 1.00 }, { "url": "c", "valueBoolean": false }] }
          ],
          "identifier": [{ "system": "http://example.org/mrn", "value": "0001" }],
          "active": true,
          "name": [
            { "use": "official", "family": "M\u00fcller", "given": ["Ann", null, "Zoë"], "_given": [null, { "id": "g2" }, { "extension": [{ "url": "x", "valueCode": "y" }] }] }
          ],
          "gender": "female",
          "birthDate": "1980-02-29",
          "_birthDate": { "extension": [{ "url": "http://example.org/time", "valueDateTime": "1980-02-29T10:00:00+02:00" }] },
          "deceasedBoolean": false,
          "multipleBirthInteger": 2,
          "managingOrganization": { "reference": "#org" }
        }
        """;

    public const string Observation = """
        {"resourceType":"Observation","id":"o-1","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
        "code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}],"text":"Blood pressure"},"subject":{"reference":"Patient/p-1"},
        "effectiveDateTime":"2024-02-29T23:59:60.123-05:00","performer":[{"reference":"https://example.org/fhir/Practitioner/x"},{"reference":"urn:uuid:0b2c4f0e-0f5c-4d06-8a0e-5a4d9a3f1c11"}],
        "component":[{"code":{"text":"systolic"},"valueQuantity":{"value":120.0,"unit":"mm[Hg]","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
        {"code":{"text":"diastolic"},"_valueString":{"extension":[{"url":"http://example.org/absent","valueCode":"unknown"}]}}]}
        """;

    public const string Bundle = $$"""
        {"type":"transaction","entry":[
        {"fullUrl":"urn:uuid:0b2c4f0e-0f5c-4d06-8a0e-5a4d9a3f1c11","resource":{{Patient}},"request":{"method":"POST","url":"Patient"} },
        {"resource":{{Observation}},"request":{"method":"PUT","url":"Observation/o-1"} }],"resourceType":"Bundle"}
        """;

    public static IReadOnlyList<string> All => [Patient, Observation, Bundle];
}
