using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Record.Labels;

/// <summary>What an entry is called, as something that others are called too: one of its concepts, with the codes that say it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Codes">The codes; at most a few.</param>
public sealed record LabelKind(string Name, IReadOnlyList<LabelScope.Coded> Codes)
{
    /// <summary>Concepts that are offered, and codes of each.</summary>
    private const int Most = 4;

    private static readonly string[] Elements = ["code", "vaccineCode", "medication", "type"];

    /// <summary>Those of an entry by which it may be spoken of.</summary>
    public static IReadOnlyList<LabelKind> Of(Resource resource) =>
    [
        .. (from child in Elements.SelectMany(name => resource.Root.All(name))
            where child.TypeName == "CodeableConcept"
            let codings = child.All("coding")
            let codes = codings.Select(static coding => new LabelScope.Coded(coding.Text("system") ?? "", coding.Text("code") ?? "")).Where(static code => code.Code.Length > 0).Take(Most).ToList()
            let name = child.Text("text") ?? codings.Select(static coding => coding.Text("display")).FirstOrDefault(static display => display is not null)
            where codes.Count > 0 && name is not null
            select new LabelKind(name.Length > LabelWord.MostShown ? name[..LabelWord.MostShown] : name, codes)).Take(Most),
    ];
}
