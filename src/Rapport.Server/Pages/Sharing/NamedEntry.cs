namespace Rapport.Server.Pages.Sharing;

/// <summary>An entry that an agreement names.</summary>
/// <param name="Reference">Its FHIR reference.</param>
/// <param name="Name">What it is, as the patient knew it when they agreed; null where nobody wrote it down.</param>
public sealed record NamedEntry(string Reference, string? Name)
{
    /// <summary>Names that a sentence tells; the others are counted.</summary>
    private const int MostNames = 6;

    /// <summary>The FHIR type that a reference names.</summary>
    public static string TypeOf(string reference) => reference[..reference.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>What some are, inside a sentence, each name once.</summary>
    public static string Tell(IEnumerable<NamedEntry> entries)
    {
        var names = entries.Select(static entry => entry.Name ?? SharingText.OneEntry).Distinct().ToList();
        return names.Count <= MostNames ? Say.List(names) : Say.Fill(SharingText.NamesAndMore, string.Join(", ", names.Take(MostNames)), Say.Count(SharingText.MoreNames, names.Count - MostNames));
    }
}
