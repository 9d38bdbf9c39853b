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

    public static FilePayload Of(string name, ReadOnlySpan<byte> content) => new() { Name = name, MimeType = "application/json", Buffer = content.ToArray() };
}
