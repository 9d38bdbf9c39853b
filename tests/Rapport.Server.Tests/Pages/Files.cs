using Microsoft.Playwright;

namespace Rapport.Server.Tests.Pages;

/// <summary>Files to drop into a form.</summary>
internal static class Files
{
    public static byte[] AboutSomebodyElse => """
        {"resourceType":"Bundle","type":"collection","entry":[
          {"fullUrl":"urn:uuid:11111111-1111-4111-8111-111111111111","resource":{"resourceType":"Patient","id":"p1","name":[{"given":["Ada"],"family":"Example"}],"birthDate":"1931-02-03"}},
          {"fullUrl":"urn:uuid:22222222-2222-4222-8222-222222222222","resource":{"resourceType":"Condition","id":"c1","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
            "code":{"text":"Hay fever"},"subject":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"},"onsetDateTime":"2024-05-03"}}]}
        """u8.ToArray();

    /// <summary>A home meter's table, in which the unit of the weight cannot be guessed.</summary>
    public static byte[] Meter => System.Text.Encoding.UTF8.GetBytes(
        "Datum;Uhrzeit;Blutzucker;Gewicht;Stimmung;Bemerkung\n12.03.2026;08:10;5,6;95,5;3;nüchtern\n12.03.2026;20:05;7,1;;2;\n13.03.2026;08:02;5,8;95,1;3;\nmorgen;08:02;5,8;95,1;3;\n14.03.2026;08:00;580;95,0;3;\n");

    public static FilePayload Of(string name, ReadOnlySpan<byte> content) => new() { Name = name, MimeType = "application/json", Buffer = content.ToArray() };
}
