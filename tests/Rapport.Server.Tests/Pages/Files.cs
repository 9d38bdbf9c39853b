using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Rapport.Server.Tests.Hosting;
using Rapport.TestKit;

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

    /// <summary>Maya and one vaccine of hers, as a card has them.</summary>
    public static JsonObject Vaccine(string lot) => (JsonObject)JsonNode.Parse($$$"""
        {"resourceType":"Bundle","type":"collection","entry":[
          {"fullUrl":"resource:0","resource":{"resourceType":"Patient","name":[{"family":"Castellanos","given":["Maya"]}]}},
          {"fullUrl":"resource:1","resource":{"resourceType":"Immunization","status":"completed","vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/sid/cvx","code":"140","display":"Influenza, seasonal"}]},
            "patient":{"reference":"resource:0"},"occurrenceDateTime":"2025-10-03","lotNumber":"{{{lot}}}"}}]}
        """)!;

    /// <summary>What an operator does so that an issuer of health cards is known.</summary>
    public static void Trust(RunningServer server, string issuer, HealthCardMake keys)
    {
        var folder = Directory.CreateDirectory(Path.Combine(server.Settings.CardIssuersPath, issuer, ".well-known"));
        File.WriteAllText(Path.Combine(folder.FullName, "jwks.json"), keys.Keys.ToJsonString());
    }

    public static FilePayload Of(string name, ReadOnlySpan<byte> content) => new() { Name = name, MimeType = "application/json", Buffer = content.ToArray() };
}
