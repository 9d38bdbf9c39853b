using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>An entry that can be chosen by name, or is.</summary>
/// <param name="Reference">Its FHIR reference.</param>
/// <param name="Line">What it is; null when it is not in the record now.</param>
/// <param name="Labels">What it is marked as, or any of those that are shown as one with it.</param>
/// <param name="With">The FHIR references of those that are shown as one with it, and of the files that they lead to: they go where it goes.</param>
public sealed record PickedEntry(string Reference, EntryLine? Line, IReadOnlyList<string> Labels, IReadOnlyList<string> With)
{
    /// <summary>Whether it is marked as sensitive: to share it is to name it.</summary>
    public bool IsSensitive => Labels.Any(static label => SecurityLabels.IsSensitive("", label));

    /// <summary>What it is called.</summary>
    public string Name => Line?.BothNames ?? SharingText.EntryIsAway;

    /// <summary>What else to know of it.</summary>
    public string About => string.Join(" · ", ((string?[])[Line?.Value, Line?.Date]).Where(static part => !string.IsNullOrEmpty(part)));

    /// <summary>All that an agreement names for it.</summary>
    public IEnumerable<NamedEntry> All => With.Prepend(Reference).Select(reference => new NamedEntry(reference, Told));

    /// <summary>It, as a sentence names it: with its day, since there are others of its name, but for what somebody has once. Null when it is not in the record now.</summary>
    public string? Told => Line is { Date: { Length: > 0 } day } line && NamedEntry.TypeOf(Reference) is not ("Condition" or "AllergyIntolerance") ? Say.Fill(SharingText.NameAndDay, line.Name, day) : Line?.Name;
}

/// <summary>Entries of one's own record that are searched for, ticked, and named by an agreement.</summary>
internal static class EntryPicks
{
    /// <summary>Entries that can be ticked for one agreement.</summary>
    public const int Most = 40;

    private const int MostFound = 20;

    private static readonly IReadOnlyList<string> Types = [.. Kind.Shareable.SelectMany(static kind => kind.Types).Distinct()];

    /// <summary>A reference without whose record it is in, as a form on its way carries it.</summary>
    public static string Short(string reference) =>
        reference.IndexOf('/', StringComparison.Ordinal) is var slash && reference.IndexOf('.', slash + 1) is > 0 and var dot ? reference[..(slash + 1)] + reference[(dot + 1)..] : reference;

    /// <summary>The newest entries of some types, or of all that can be shared; those that have the words where somebody looks for some.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<PickedEntry>> OffersAsync(OwnAccess own, IReadOnlyList<string>? types, string? find, CancellationToken cancel) => Offers(await own.QueryAsync(
        new RecordQuery.Timeline(MostFound) { Types = types ?? Types, Merges = true, Text = find is null ? null : TextCriterion.Of(find, Glossary.OfficialNames(find)) }, cancel));

    /// <summary>Those of these names, each once; one that is not in the record now stays, so that nothing which was agreed on is lost by looking at it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<PickedEntry>> NamedAsync(OwnAccess own, IReadOnlyList<string> names, CancellationToken cancel)
    {
        List<PickedEntry> picked = [];
        foreach (var name in names)
        {
            if (name.IndexOf('/', StringComparison.Ordinal) is not (> 0 and var slash) || !LocalId.TryParse(name.AsSpan(slash + 1), out var local))
            {
                continue;
            }

            var reference = $"{name[..slash]}/{own.Patient}.{local}";
            if (picked.Exists(other => other.Reference == reference || other.With.Contains(reference)))
            {
                continue;
            }

            var found = Offers(await own.QueryAsync(new RecordQuery.ById(name[..slash], local) { Merges = true }, cancel));
            picked.Add(found is [var entry, ..] ? entry : new PickedEntry(reference, null, [], []));
        }

        return picked;
    }

    private static List<PickedEntry> Offers(OwnAnswer answer)
    {
        List<PickedEntry> offers = [];
        for (var i = 0; i < answer.MatchCount; i++)
        {
            List<int> members = [i, .. answer.SameAs(i).Select(static same => same.Index)];
            var files = members.SelectMany(member => OpinionProposal.FilesOf(answer.ReadResource(member)));
            offers.Add(new PickedEntry(
                answer.Entries[i].Reference, EntryReader.Line(answer.ReadResource(i)), [.. members.SelectMany(member => answer.Entries[member].Labels).Distinct()],
                [.. members.Skip(1).Select(member => answer.Entries[member].Reference).Concat(files).Distinct()]));
        }

        return offers;
    }
}
