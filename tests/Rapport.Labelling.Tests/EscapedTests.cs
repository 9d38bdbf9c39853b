using System.Globalization;
using System.Text;

namespace Rapport.Labelling.Tests;

/// <summary>JSON has several ways to write the same text, and some writers escape each slash: what is found is the same however a resource is written.</summary>
public sealed class EscapedTests
{
    private static readonly string Note = Convert.ToBase64String(Encoding.UTF8.GetBytes("~~~ ??? Long history of alcoholism. ???"));

    private static Dictionary<string, string> Resources { get; } = new()
    {
        ["code"] = """{"resourceType":"Condition","code":{"coding":[{"system":"http://snomed.info/sct","code":"86406008"}]},"subject":{"reference":"Patient/x"}}""",
        ["class of codes"] = """{"resourceType":"Condition","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F10.20"}]},"subject":{"reference":"Patient/x"},"onsetDateTime":"2006-01-02"}""",
        ["words"] = """{"resourceType":"Condition","code":{"text":"Alcohol/drug abuse"},"subject":{"reference":"Patient/x"}}""",
        ["display"] = """{"resourceType":"Condition","code":{"coding":[{"display":"Alcohol abuse"}]},"subject":{"reference":"Patient/x"}}""",
        ["narrative"] = """{"resourceType":"Condition","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Alcohol abuse</div>"},"subject":{"reference":"Patient/x"}}""",
        ["visit"] = """{"resourceType":"Procedure","status":"completed","encounter":{"reference":"Encounter/1"},"subject":{"reference":"Patient/x"}}""",
        ["vital sign at a visit"] = """{"resourceType":"Observation","status":"final","category":[{"coding":[{"code":"vital-signs"}]}],"code":{"text":"weight"},"encounter":{"reference":"Encounter/1"}}""",
        ["note"] = $$$"""{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"text/plain","data":"{{{Note}}}"}}]}""",
        ["document elsewhere"] = """{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"text/plain","url":"Binary/1"}}]}""",
        ["unreadable"] = """{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"application/pdf","data":"JVBERi0="}}]}""",
    };

    public static TheoryData<string> Kinds => [.. Resources.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_found_does_not_depend_on_how_JSON_writes_it(string kind)
    {
        var plain = Found(Resources[kind], static json => json);
        Assert.Equal(kind == "vital sign at a visit", plain.Count == 0);
        Assert.Equal(plain, Found(Resources[kind], static json => json.Replace("/", "\\/", StringComparison.Ordinal)));
        Assert.Equal(plain, Found(Resources[kind], static json => InStrings(json, static letter => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"))));
    }

    private static IReadOnlyList<FoundLabel> Found(string json, Func<string, string> write) => Labeller.Label(Tests.Found.Resource(write(json)), reference => reference switch
    {
        "Encounter/1" => Tests.Found.Resource(write("""{"resourceType":"Encounter","status":"finished","reasonCode":[{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F10.20"}]}]}""")),
        "Binary/1" => Tests.Found.Resource(write($$"""{"resourceType":"Binary","contentType":"text/plain","data":"{{Note}}"}""")),
        "Patient" => Tests.Found.Resource(write("""{"resourceType":"Patient","birthDate":"1990-06-15"}""")),
        _ => null,
    });

    /// <summary>Writes each letter inside of strings anew, but for what is escaped.</summary>
    private static string InStrings(string json, Func<char, string> write)
    {
        var written = new StringBuilder();
        var isInside = false;
        for (var at = 0; at < json.Length; at++)
        {
            if (json[at] == '\\')
            {
                written.Append(json, at++, 2);
                continue;
            }

            isInside ^= json[at] == '"';
            written.Append(isInside && json[at] != '"' ? write(json[at]) : json[at].ToString());
        }

        return written.ToString();
    }
}
