using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Rapport.Gathering.Tests;

/// <summary>What putting together promises of any Patients, held against a model that is written without the code that it checks.</summary>
public sealed class JoinedPatientTests
{
    private static readonly string[] Lists = ["identifier", "telecom", "address", "contact", "communication", "generalPractitioner", "photo", "link"];

    private static readonly string[] Beside = ["resourceType", "id", "meta"];

    private static Gen<string[]> Patients => Gen.NonEmptyListOf(Patient).Select(static patients => patients.Take(5).ToArray());

    private static Gen<string> Patient =>
        from name in Gen.Elements("""[{"family":"Ortiz"}]""", """[{"text":"Maya  Ortiz\u002dLee"},{"use":"maiden","family":"Ortiz"}]""")
        from singles in Some(
            "\"gender\":\"female\"", "\"gender\":\"other\",\"_gender\":{\"id\":\"g\"}", "\"birthDate\":\"1980-02-01\"", "\"_birthDate\":{\"extension\":[{\"url\":\"u\",\"valueDecimal\":1.00}]}",
            "\"deceasedBoolean\":false", "\"deceasedDateTime\":\"2026\"", "\"multipleBirthInteger\":2", "\"active\":true", "\"maritalStatus\":{\"text\":\"married\"}")
        from lists in Gen.ListOf(Gen.Elements(Lists)).Select(static names => names.Distinct().ToList())
        from items in Gen.ArrayOf(Gen.Choose(0, 5), 24)
        from extensions in Some("{\"url\":\"a\",\"valueInteger\":1}", "{\"url\":\"a\",\"valueInteger\":2}", "{\"url\":\"b\",\"valueDecimal\":1.0}")
        select $$"""{"resourceType":"Patient","id":"x","meta":{"versionId":"1"},"name":{{name}}{{Joined(Distinct(singles))}}{{Joined(lists.Select((list, i) => $"\"{list}\":[{string.Join(',', items.Skip(i * 3).Take(3).Distinct().Select(item => Item(list, item)))}]"))}}{{Joined(extensions.Count == 0 ? [] : [$"\"extension\":[{string.Join(',', extensions)}]"])}}}""";

    [Fact]
    public void What_a_source_said_is_told_again_from_what_was_put_together() => Prop.ForAll(Patients.ToArbitrary(), static patients =>
        Said(Join(patients)) == patients[0]).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_is_missing_that_nobody_newer_says_otherwise_and_nothing_is_there_that_nobody_says() => Prop.ForAll(Patients.ToArbitrary(), static patients =>
        PatientFacts.Of(Parse(Join(patients))).SetEquals(Expected(patients))).QuickCheckThrowOnFailure();

    [Fact]
    public void Put_together_with_what_it_has_it_stays_as_it_is() => Prop.ForAll(Patients.ToArbitrary(), static patients =>
    {
        var joined = Join(patients);
        return Join([joined, .. patients.Skip(1)], isMarked: true) == joined;
    }).QuickCheckThrowOnFailure();

    private static HashSet<string> Expected(string[] patients)
    {
        HashSet<string> facts = [];
        HashSet<string> told = [];
        foreach (var (number, patient) in patients.Select(Parse).Index())
        {
            var isNewest = number == 0;
            HashSet<string> now = [];
            foreach (var property in patient.EnumerateObject().Where(static property => !Beside.Contains(property.Name)))
            {
                // How a value is written that is not there says nothing that others could not know.
                var says = !property.Name.StartsWith('_') || patient.TryGetProperty(property.Name[1..], out _);
                foreach (var item in property.Value.ValueKind == JsonValueKind.Array ? property.Value.EnumerateArray().ToArray() : [property.Value])
                {
                    var about = property.Name == "extension" ? item.GetProperty("url").GetString()!
                        : property.Name.StartsWith("deceased", StringComparison.Ordinal) ? "deceased" : property.Name.TrimStart('_');
                    if (says)
                    {
                        now.Add(about);
                    }

                    var fact = PatientFacts.Of(Parse($$"""{"{{property.Name}}":{{(property.Value.ValueKind == JsonValueKind.Array ? $"[{item.GetRawText()}]" : item.GetRawText())}}}""")).Single();
                    if (Lists.Contains(property.Name) || (!told.Contains(about) && (says || isNewest)))
                    {
                        facts.Add(fact);
                    }
                }
            }

            told.UnionWith(now);
        }

        return facts;
    }

    private static string Join(string[] patients, bool isMarked = false) => Encoding.UTF8.GetString(JoinedPatient.Join(
        isMarked ? JoinedPatient.SaidIn(Utf8(patients[0]), int.MaxValue) : Utf8(patients[0]),
        patients.Skip(1).Select((other, i) => new ToldPatient(patients.Length - i, 1, (ulong)i + 2, 1, () => Utf8(other))), TestContext.Current.CancellationToken));

    private static string Said(string joined) => Encoding.UTF8.GetString(JoinedPatient.SaidIn(Utf8(joined), int.MaxValue).Span);

    private static JsonElement Parse(string json) => JsonElement.Parse(json);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Joined(IEnumerable<string> parts) => string.Concat(parts.Select(static part => "," + part));

    private static Gen<List<string>> Some(params string[] items) =>
        Gen.ArrayOf(Gen.Choose(0, 2), items.Length).Select(chosen => items.Where((_, i) => chosen[i] == 0).ToList());

    /// <summary>One of each name, and one way to have died.</summary>
    private static IEnumerable<string> Distinct(IEnumerable<string> properties) =>
        properties.DistinctBy(static property => property.StartsWith("\"deceased", StringComparison.Ordinal) ? "deceased" : property[..property.IndexOf(':', StringComparison.Ordinal)]);

    private static string Item(string list, int number) => list switch
    {
        "identifier" => $$"""{"system":"urn:x","value":"{{number}}"}""",
        "contact" => $$"""{"name":{"text":"Sofia {{number}}"},"telecom":[{"system":"phone","value":"+1 555 010{{number}}"}]}""",
        _ => $$"""{"value":"{{number}}","n":{{number}}.00}""",
    };
}
