using Rapport.Gathering;

namespace Rapport.Server.Api;

/// <summary>What an import says of itself, the same on the command line and over HTTP.</summary>
internal static class ImportWords
{
    /// <summary>That the input names somebody else, and what to do when it is the patient's all the same.</summary>
    public static string Doubt(IdentityDoubt doubt, string howToConfirm) =>
        $"this is about {Who(doubt.InputName, doubt.InputBirthDate)}, and the record is about {Who(doubt.RecordName, doubt.RecordBirthDate)}: "
        + $"if it belongs in this record all the same, {howToConfirm}";

    /// <summary>How many resources became what: <c>120 new (80 Observation, 40 Condition)</c>.</summary>
    public static IEnumerable<string> Summary(ImportResult result)
    {
        foreach (var (what, word) in new[]
        {
            (ImportedAs.Added, "new"), (ImportedAs.Updated, "updated"), (ImportedAs.Unchanged, "already there"), (ImportedAs.LeftOut, "left out"),
        })
        {
            var counts = result.Count(what);
            if (counts.Count > 0)
            {
                yield return $"{counts.Values.Sum()} {word} ({string.Join(", ", counts.Select(c => $"{c.Value} {c.Key}"))})";
            }
        }
    }

    private static string Who(string? name, string? birthDate) =>
        (name is null ? "somebody without a name" : $"`{name}`") + (birthDate is null ? "" : $", born {birthDate}");
}
